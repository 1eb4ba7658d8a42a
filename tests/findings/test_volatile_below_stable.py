"""What the rule `volatile-below-stable` finds and what it leaves alone."""

import pytest

from tests.findings.cases import findings_of, only
from tests.images import file

BIG = b"x" * 20_000_001
CODE = [file("app/serve.py", b"print(1)")]
APT = "RUN /bin/sh -c apt-get update && apt-get install -y --no-install-recommends ffmpeg # buildkit"
PIP = "RUN /bin/sh -c pip install torch==2.5.1 # buildkit"


def found(*pairs):
    return only(
        findings_of([items for _, items in pairs], history=[step for step, _ in pairs]), "volatile-below-stable"
    )


@pytest.mark.parametrize("install", [APT, PIP])
@pytest.mark.parametrize("copy", ["COPY src/ /app # buildkit", "/bin/sh -c #(nop) COPY dir:" + "9d" * 32 + " in /app "])
def test_finds(copy, install):
    [finding] = found((copy, CODE), (install, [file("usr/lib/big", BIG)]))
    assert (finding.layers, finding.reclaimable_bytes) == ((0, 1), 0)
    assert "20.0 MB" in finding.evidence[1]


@pytest.mark.parametrize(
    "pairs",
    [
        # Code comes last.
        ((APT, [file("usr/lib/big", BIG)]), ("COPY src/ /app", CODE)),
        # The install is small.
        (("COPY src/ /app", CODE), (APT, [file("usr/lib/small", b"x")])),
        # The install needs what was copied.
        (("COPY src/ /app", CODE), ("RUN pip install /app", [file("usr/lib/big", BIG)])),
        (("COPY src/ /app", CODE), ("RUN pip install -r requirements.txt", [file("usr/lib/big", BIG)])),
        # Not code.
        (("COPY requirements.txt /app", [file("app/requirements.txt", b"x")]), (PIP, [file("usr/lib/big", BIG)])),
        # An environment of another stage.
        (("COPY /v /v", [file("v/lib/site-packages/x.py", b"x")]), (APT, [file("usr/lib/big", BIG)])),
        # A step that installs nothing.
        (("COPY src/ /app", CODE), ("RUN make", [file("usr/lib/big", BIG)])),
    ],
    ids=["last", "small", "by path", "by list", "no code", "environment", "no install"],
)
def test_leaves_alone(pairs):
    assert not found(*pairs)
