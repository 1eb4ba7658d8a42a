"""Credentials of an image, wherever they stand in it, reach no output."""

import json
from pathlib import Path

import pytest

from layerscope.report.formats import FORMATS
from tests.cli.run import layerscope
from tests.images import docker_archive, file, layer
from tests.saved.resealing import opened

SECRETS = {
    "argument": "Tr0ub4dor-and-3",
    "index": "hunter2pypi",
    "token": "ghp_" + "a1B2" * 9,
    "hub": "hf_" + "c3D4" * 9,
    "bearer": "eyJhbGciOiJIUzI1NiJ9",
    "chpasswd": "rootPassw0rd",
    "curl": "curlPassw0rd",
    "env": "wJalrXUtnFEMIK7MDENG",
    "database": "pgPassw0rd",
    "label": "0123456789abcdef",
    "openai": "sk-" + "e5F6" * 9,
    "option": "optionPassw0rd",
    "file": "fileSecretValue1",
    "netrc": "netrcPassw0rd",
    "key": "MIIEpAIBAAKCAQEAx7",
    "registry": "cmVnaXN0cnlQYXNz",
    "git": "gitPassw0rd",
    "aws": "awsSecretKeyValue1",
    "login": "loginPassw0rd",
    "mysql": "mysqlPassw0rd",
    "query": "queryTokenValue1",
    "signature": "0a1b2c3d4e5f6071",
    "escaped": "escapedPassw0rd",
    "spaced": "words-behind-a-space",
    "nameless": "ghp_" + "g7H8" * 9,
    "user": "glpat-" + "i9J0-" * 4,
}
HISTORY = [
    ("ARG BUILD_PASSWORD={argument}", False),
    (
        "RUN |1 BUILD_PASSWORD={argument} /bin/sh -c pip install --extra-index-url https://me:{index}@x.example/s a",
        True,
    ),
    ("RUN /bin/sh -c git clone https://{token}@github.com/a/b # buildkit", True),
    ("/bin/sh -c export HF_TOKEN={hub} && python3 get.py", True),
    ("RUN /bin/sh -c curl -H 'Authorization: Bearer {bearer}' https://x.example && apt-get update", True),
    ("RUN /bin/sh -c echo 'root:{chpasswd}' | chpasswd && pip install b", True),
    ("RUN /bin/sh -c curl -u me:{curl} https://x.example/file", True),
    ("/bin/sh -c #(nop)  ENV AWS_SECRET_ACCESS_KEY={env}", False),
    ("ENV DATABASE=postgres://me:{database}@db.example/x", False),
    ("LABEL api_key={label}", False),
    ("RUN /bin/sh -c docker login -u me -p {login} x.example && mysql -p{mysql} -e x # buildkit", True),
    ("RUN /bin/sh -c curl https://x.example/f?token={query} # buildkit", True),
    ("ADD https://x.example/f?X-Amz-Date=1&X-Amz-Signature={signature} /f # buildkit", True),
    ('RUN /bin/sh -c echo "{{\\"password\\": \\"{escaped}\\"}}" > x.json # buildkit', True),
    ("RUN |2 BUILD_PASSWORD=two {spaced} A=b /bin/sh -c make # buildkit", True),
    ("COPY . /app # buildkit", True),
    ('CMD ["serve" "--key={openai}"]', False),
]
FILES = {
    "app/.env": "API_TOKEN={file}\n",
    "root/.netrc": "machine x.example login me password {netrc}\n",
    "root/.ssh/id_rsa": "-----BEGIN RSA PRIVATE KEY-----\n{key}\n-----END RSA PRIVATE KEY-----\n",
    "root/.docker/config.json": '{{"auths": {{"x.example": {{"auth": "{registry}"}}}}}}',
    "root/.git-credentials": "https://me:{git}@github.com\n",
    "root/.aws/credentials": "[default]\naws_secret_access_key = {aws}\n",
}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An image with all of them; each file is written twice, so that superseded bytes have it, too."""
    files = [file(path, text.format(**SECRETS).encode()) for path, text in FILES.items()]
    history = [{"created_by": text.format(**SECRETS), "empty_layer": not made} for text, made in HISTORY]
    count = sum(made for _, made in HISTORY)
    layers = [layer(*files, file(f"f{number}", b"x" * 200_000)) for number in range(count)]
    image = docker_archive(
        layers,
        flavour="old",
        history=history,
        user=f"app:{SECRETS['user']}",
        env=[
            f"AWS_SECRET_ACCESS_KEY={SECRETS['env']}",
            f"DATABASE=postgres://me:{SECRETS['database']}@db.example/x",
            SECRETS["nameless"],
        ],
        labels={"api_key": SECRETS["label"]},
        cmd=["serve", f"--key={SECRETS['openai']}", "--password", SECRETS["argument"]],
        entrypoint=["sh", "-c", f"run --password {SECRETS['option']}"],
    )
    assert all(secret.encode() in image for secret in SECRETS.values())
    path = tmp_path_factory.mktemp("secrets") / "image.tar"
    path.write_bytes(image)
    return str(path)


REPORTS = [("--report", f"{item.id}=-") for item in FORMATS] + [("--report", "ncdu-layer-0=-")]


@pytest.mark.parametrize(
    "options", [(), ("--plain",), ("--json", "-"), ("--json", "-", "--purpose", "dev"), ("--verify",), *REPORTS]
)
def test_no_secret_is_in_the_output(archive: str, options: tuple[str, ...]) -> None:
    done = layerscope("analyze", archive, *options)
    assert done.returncode == 0
    output = (done.stdout + done.stderr).decode()
    assert [name for name, secret in SECRETS.items() if secret in output] == []


def test_no_secret_is_in_a_saved_analysis(archive: str, tmp_path: Path) -> None:
    path = tmp_path / "saved"
    assert layerscope("analyze", archive, "--save", str(path)).returncode == 0
    document, columns = opened(path.read_bytes())
    output = json.dumps(document, ensure_ascii=False) + columns.decode("latin-1")
    assert [name for name, secret in SECRETS.items() if secret in output] == []
    for options in ((), ("--json", "-")):
        assert layerscope("render", str(path), *options).stdout == layerscope("analyze", archive, *options).stdout


def test_a_damaged_image_tells_no_secret_either(archive: str, tmp_path: Path) -> None:
    content = Path(archive).read_bytes()
    path = tmp_path / "damaged.tar"
    position = content.index(b"f1\0") + 600
    path.write_bytes(content.replace(content[position : position + 300_000], b"\xff" * 300_000, 1))
    done = layerscope("analyze", str(path), "--json", "-")
    output = (done.stdout + done.stderr).decode()
    assert done.returncode == 3
    assert [name for name, secret in SECRETS.items() if secret in output] == []


def test_what_holds_them_is_told(archive: str) -> None:
    output = layerscope("analyze", archive, "--json", "-").stdout.decode()
    for part in ("secrets-in-history", "secrets-in-env", "secrets-in-files", "BUILD_PASSWORD", "GitHub token"):
        assert part in output
    for path in FILES:
        assert f'"/{path}' in output
