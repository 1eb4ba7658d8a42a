"""What the rule `joinable-layers` finds and what it leaves alone."""

import pytest

from tests.findings.cases import findings_of, only
from tests.images import file

UPDATE, VIM, GDB = (
    f"RUN /bin/sh -c apt-get {words} # buildkit" for words in ("update", "install -y vim", "install -y gdb")
)


def found(*steps):
    count = sum(isinstance(step, str) for step in steps)
    return only(findings_of([[file(f"x{number}", b"x")] for number in range(count)], history=steps), "joinable-layers")


@pytest.mark.parametrize(
    ("steps", "layers"),
    [
        ((UPDATE, VIM), (0, 1)),
        ((UPDATE, VIM, GDB, "RUN make"), (0, 1, 2)),
        ((VIM, ("ENV A=b",), GDB), (0, 1)),
        (("RUN dnf install -y vim", "RUN dnf install -y gdb"), (0, 1)),
    ],
)
def test_finds(steps, layers):
    [finding] = found(*steps)
    assert (finding.layers, finding.reclaimable_bytes) == (layers, 0)


@pytest.mark.parametrize(
    "steps",
    [
        (VIM, "RUN make", GDB),
        (VIM, "COPY a /a", GDB),
        (VIM, ("USER root",), GDB),
        # Layers of their own for what changes less often.
        ("RUN pip install torch==2.5.1", "RUN pip install -r requirements.txt"),
        (VIM, "RUN pip install torch"),
        (VIM,),
    ],
)
def test_leaves_alone(steps):
    assert not found(*steps)
