"""Which files a probe calls secret, and which near misses it leaves alone."""

import pytest

from layerscope.layers.probe import ProbeSet
from layerscope.probes.secrets import PROBES, SecretFile
from tests.images import file
from tests.indexing import index_of
from tests.oci.limits import at_most


def kinds(path: str, content: bytes, *, stream: bool = False) -> list[object]:
    return [fact.value for fact in index_of([[file(path, content)]], probes=PROBES, stream=stream).scans[0].facts]


# The labels of RFC 7468, RFC 5958 and OpenSSH's PROTOCOL.key; put together here, so that nobody takes them for keys.
@pytest.mark.parametrize("label", ["", "RSA ", "EC ", "DSA ", "OPENSSH ", "ENCRYPTED "])
@pytest.mark.parametrize("path", ["root/.ssh/id_rsa", "root/.ssh/id_ed25519", "srv/tls/server.key", "srv/tls/all.pem"])
@pytest.mark.parametrize("stream", [False, True])
def test_private_keys(path, label, stream):
    begin, end = (f"-----{word} {label}PRIVATE KEY-----\n" for word in ("BEGIN", "END"))
    certificate = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
    content = (certificate + begin + "MIIEowIBAAKCAQEA\n" + end).encode()
    assert kinds(path, content, stream=stream) == [SecretFile("private key")]
    # The public half is for everybody.
    assert kinds(path + ".pub", content, stream=stream) == []


HELD = [
    ("root/.netrc", b"machine example.org\n login me\n password hunter2\n", "password in .netrc"),
    ("root/.netrc", b"machine example.org login me password hunter2", "password in .netrc"),
    (
        "root/.aws/credentials",
        b"[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG\n",
        "AWS secret access key",
    ),
    ("root/.pypirc", b"[pypi]\nusername = __token__\npassword = pypi-AgEIcHlwaS5vcmc\n", "password in .pypirc"),
    ("root/.docker/config.json", b'{"auths": {"r.example": {"auth": "bWU6aHVudGVyMg=="}}}', "registry login"),
    ("app/.env", b"DEBUG=1\nDB_PASSWORD=hunter2\n", "variables that look like secrets"),
    ("app/.env.production", b"export OPENAI_API_KEY='abcdefgh'\n", "variables that look like secrets"),
    (
        "etc/pip.conf",
        b"[global]\nindex-url = https://me:hunter2@example.org/simple\n",
        "password in the URL of an index",
    ),
    ("root/.condarc", b"channels:\n  - https://me:hunter2@example.org/conda\n", "password in the URL of an index"),
    ("root/.git-credentials", b"https://me:hunter2@example.org\n", "password in the URL of a repository"),
    ("root/.npmrc", b"//registry.example.org/:_authToken=abcdefghijkl\n", "npm token"),
    ("root/.kaggle/kaggle.json", b'{"username":"me","key":"0123456789abcdef"}', "cloud or API credentials"),
    ("root/.kube/config", b"users:\n- user:\n    token: abcdefghijkl\n", "cluster credentials"),
    ("root/.cache/huggingface/token", b"hf_" + b"a1B2" * 9, "Hugging Face token"),
]


@pytest.mark.parametrize(
    ("path", "content", "kind"), HELD, ids=[f"{number} {item[0]}" for number, item in enumerate(HELD)]
)
def test_held(path, content, kind):
    assert kinds(path, content) == [SecretFile(kind)]


NEAR_MISSES = [
    ("root/.netrc", b"machine example.org login anonymous\n"),
    ("root/.aws/config", b"[default]\nregion = eu-central-1\n"),
    ("root/.pypirc", b"[distutils]\nindex-servers = pypi\n"),
    ("root/.docker/config.json", b'{"auths": {}, "credsStore": "desktop"}'),
    ("app/.env", b"DEBUG=1\nTOKENIZERS_PARALLELISM=false\nDB_PASSWORD=\nAPI_KEY=$API_KEY\nTOKEN=<token>\n"),
    ("app/.env.example", b"DB_PASSWORD=hunter2\n"),
    ("app/environment", b"DB_PASSWORD=hunter2\n"),
    ("etc/pip.conf", b"[global]\nindex-url = https://example.org/simple\n"),
    ("etc/pip.conf", b"[global]\nindex-url = https://${USER}:${PASSWORD}@example.org/simple\n"),
    ("app/.git/config", b'[remote "origin"]\n\turl = git@example.org:a/b.git\n'),
    ("root/.npmrc", b"//registry.example.org/:_authToken=${NPM_TOKEN}\n"),
    ("etc/ssl/certs/ca.pem", b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"),
    ("srv/public.pem", b"-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n"),
    ("root/.kube/config", b"apiVersion: v1\nclusters: []\n"),
]


@pytest.mark.parametrize(
    ("path", "content"), NEAR_MISSES, ids=[f"{number} {item[0]}" for number, item in enumerate(NEAR_MISSES)]
)
def test_near_misses(path, content):
    assert kinds(path, content) == []


def test_no_value_is_kept():
    [fact] = kinds("root/.netrc", b"machine example.org login me password hunter2")
    assert "hunter2" not in repr(fact)


@pytest.mark.parametrize("path", sorted({item[0] for item in HELD} | {"a/id_rsa"}))
@pytest.mark.parametrize("unit", [b"A", b"a", b" ", b"\n", b"-----BEGIN ", b"https://a:", b"TOKEN", b"_=", b'"key": '])
def test_hostile_contents_take_linear_time(path, unit):
    [probe] = [probe for probe in [ProbeSet(PROBES).wanting(path.encode())] if probe is not None]
    with at_most(60):
        probe.read(path.encode(), unit * (300_000 // len(unit)))
