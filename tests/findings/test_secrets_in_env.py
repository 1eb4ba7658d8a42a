"""What the rule `secrets-in-env` finds, what it leaves alone, and that no value gets out."""

import pytest

from tests.findings.cases import findings_of, only
from tests.images import file


def found(*env, history=()):
    layers = [[file("a", b"x")], [file("b", b"x")]]
    return only(findings_of(layers, config={"Env": list(env)}, history=history), "secrets-in-env")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HF_TOKEN", "hf_" + "a1B2" * 9),
        ("DB_PASSWORD", "hunter2x"),
        ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG"),
        ("OPENAI_API_KEY", "0123456789abcdef"),
        ("DATABASE", "postgres://me:hunter2x@db.example.org/x"),
        ("PIP_EXTRA_INDEX_URL", "https://me:hunter2x@example.org/simple"),
    ],
)
def test_finds_and_masks(name, value):
    [finding] = found("PATH=/bin", f"{name}={value}", history=("RUN make", (f"ENV {name}={value}",), "RUN make"))
    assert (finding.layers, finding.evidence) == ((1,), (f"ENV {name} has a value that looks like a secret.",))
    assert value not in repr(finding)


@pytest.mark.parametrize(
    "variable",
    [
        "GPG_KEY=7169605F62C751356D054A26A821E680E5FA6305",
        "PYTHON_SHA256=07ab697474595e06f06647417d3c7fa97ded07afc1a7e4454c5639919b46eaea",
        "TOKENIZERS_PARALLELISM=false",
        "MAX_TOKENS=4096",
        "HF_TOKEN=",
        "DB_PASSWORD_FILE=/run/secrets/db",
        "TOKEN=/run/secrets/token",
        "API_KEY=changeme",
        "SECRET_NAME=prod-database",
        "NVIDIA_REQUIRE_CUDA=cuda>=12.4",
        "PWD=/app",
        "PIP_EXTRA_INDEX_URL=https://example.org/simple",
    ],
)
def test_leaves_alone(variable):
    assert not found(variable)
