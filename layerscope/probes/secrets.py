"""Small files whose names say that they may hold credentials, and whether they do; never the credentials."""

import re
from collections.abc import Callable

from msgspec import Struct

from layerscope.layers.probe import Probe

SECRET_FILE = "secret-file"
_LIMIT_BYTES = 1 << 20

_PEM_KEY = re.compile(rb"-----BEGIN (?:[A-Z]{2,10} ){0,2}PRIVATE KEY-----|PuTTY-User-Key-File-\d")
_NETRC = re.compile(rb"\bpassword[ \t\n]{1,9}[^\s#]")
_AWS = re.compile(rb"aws_(?:secret_access_key|session_token)[ \t]{0,9}=[ \t]{0,9}[^\s]{8}")
_PYPIRC = re.compile(rb"^[ \t]{0,9}password[ \t]{0,9}[:=][ \t]{0,9}[^\s%]{4}", re.MULTILINE)
_DOCKER_AUTH = re.compile(rb'"(?:auth|identitytoken|password)"\s{0,20}:\s{0,20}"[^"]{4}')
_URL = re.compile(rb"[a-z]{2,10}://[^/\s:@\"']{1,200}:[^/\s@$\"'{]{3,200}@")
_NPM = re.compile(rb"_(?:authToken|auth|password)[ \t]{0,3}=[ \t]{0,3}[^\s$]{8}")
_JSON_KEY = re.compile(rb'"(?:private_key|refresh_token|client_secret|key|access_token)"\s{0,20}:\s{0,20}"[^"]{8}')
_KUBE = re.compile(rb"^\s{0,20}(?:client-key-data|token|password):\s{1,5}[^\s]{4}", re.MULTILINE)
_TOKEN = re.compile(rb"hf_[A-Za-z0-9]{20}|[A-Za-z0-9_-]{32}")
_VARIABLE = re.compile(
    rb"^(?:export )?[A-Z0-9_]{0,60}?(?:TOKEN|SECRET|PASSWORD|PASSWD|PWD|API_?KEY|PRIVATE_KEY|SECRET_KEY|ACCESS_KEY)"
    rb"[ \t]{0,3}=[ \t]{0,3}[\"']?"
    rb"(?!\$|<|\{|your|change|xxx|none|null|true|false|example|secret[\"'\s]|password[\"'\s])[^\s\"']{4}",
    re.MULTILINE | re.IGNORECASE,
)
_EXAMPLES = (b".example", b".sample", b".template", b".dist", b".tmpl", b".default", b".defaults", b".md")


class SecretFile(Struct, frozen=True):
    """What kind of credential a file holds."""

    kind: str


def _reader(kind: str, expression: re.Pattern[bytes]) -> Callable[[bytes, bytes], SecretFile | None]:
    def read(path: bytes, content: bytes) -> SecretFile | None:
        if path.endswith(_EXAMPLES):
            return None
        return SecretFile(kind) if expression.search(content) else None

    return read


def _probe(kind: str, expression: re.Pattern[bytes], *patterns: str) -> Probe:
    return Probe(SECRET_FILE, patterns, _LIMIT_BYTES, _reader(kind, expression))


PROBES = (
    _probe("private key", _PEM_KEY, "**/*.pem", "**/*.key", "**/*.ppk", "**/id_rsa", "**/id_dsa", "**/id_ecdsa"),
    _probe("private key", _PEM_KEY, "**/id_ed25519", "**/id_ed25519_sk", "**/id_ecdsa_sk", "**/.ssh/identity"),
    _probe("password in .netrc", _NETRC, "**/.netrc", "**/_netrc"),
    _probe("AWS secret access key", _AWS, "**/.aws/credentials", "**/.aws/config"),
    _probe("password in .pypirc", _PYPIRC, "**/.pypirc"),
    _probe("registry login", _DOCKER_AUTH, "**/.docker/config.json", "**/.dockercfg", "**/containers/auth.json"),
    _probe("variables that look like secrets", _VARIABLE, "**/.env", "**/.env.*"),
    _probe("password in the URL of an index", _URL, "**/pip.conf", "**/.pip/pip.conf", "**/.condarc", "**/uv.toml"),
    _probe("password in the URL of a repository", _URL, "**/.git-credentials", "**/.git/config", "**/.gitconfig"),
    _probe("npm token", _NPM, "**/.npmrc", "**/.yarnrc"),
    _probe("cloud or API credentials", _JSON_KEY, "**/application_default_credentials.json", "**/kaggle.json"),
    _probe("cluster credentials", _KUBE, "**/.kube/config", "**/kubeconfig"),
    _probe("Hugging Face token", _TOKEN, "**/.huggingface/token", "**/.cache/huggingface/token"),
)
