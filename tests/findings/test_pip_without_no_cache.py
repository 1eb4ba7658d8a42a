"""What the rule `pip-without-no-cache` finds and what it leaves alone."""

import pytest

from tests.findings.cases import findings_of, only
from tests.images import file

CACHE = [file("root/.cache/pip/http-v2/a/b/c/d/e/abcde.body", b"x" * 50_000)]


def found(step, items):
    return only(findings_of([[file("bin/sh", b"x")], items], history=["ADD a /", step]), "pip-without-no-cache")


def test_finds():
    [finding] = found("RUN /bin/sh -c pip install torch==2.5.1 # buildkit", CACHE)
    assert (finding.layers, finding.reclaimable_bytes) == ((1,), 0)
    assert "50.0 kB" in finding.evidence[1]


@pytest.mark.parametrize(
    ("step", "items"),
    [
        # A mounted cache, or PIP_NO_CACHE_DIR: the layer is what counts.
        ("RUN pip install torch==2.5.1", [file("usr/lib/python3/dist-packages/torch.py", b"x")]),
        ("RUN pip install --no-cache-dir torch==2.5.1", CACHE),
        ("RUN pip --no-cache-dir install torch==2.5.1", CACHE),
        ("COPY /root /root", CACHE),
    ],
)
def test_leaves_alone(step, items):
    assert not found(step, items)
