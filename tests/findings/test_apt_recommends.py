"""What the rule `apt-recommends` finds and what it leaves alone."""

import pytest

from tests.findings.cases import findings_of, only
from tests.images import file


def found(*steps, **more):
    layers = [[file(f"x{number}", b"x")] for number in range(len(steps))]
    return only(findings_of(layers, history=steps, **more), "apt-recommends")


@pytest.mark.parametrize(
    "step",
    [
        "/bin/sh -c apt-get update && apt-get install -y python3 python3-pip vim gdb",
        "RUN /bin/sh -c DEBIAN_FRONTEND=noninteractive apt-get -y install vim # buildkit",
        "RUN |1 A=b /bin/bash -o pipefail -c apt install -qq -y vim # buildkit",
        "RUN sudo apt-get install -y --no-install-suggests vim",
        "RUN if true; then apt-get install -y vim; fi",
    ],
)
def test_finds(step):
    [finding] = found("RUN make", step)
    assert (finding.layers, finding.reclaimable_bytes) == ((1,), 0)


@pytest.mark.parametrize(
    "steps",
    [
        ("RUN apt-get update && apt-get install -y --no-install-recommends vim",),
        ("RUN apt-get --no-install-recommends install -y vim",),
        ("RUN apt-get install -y -o APT::Install-Recommends=false vim",),
        ("RUN echo 'APT::Install-Recommends \"0\";' > /etc/apt/apt.conf.d/99x", "RUN apt-get install -y vim"),
        ("RUN apt-get update", "RUN apt-get upgrade -y", "RUN apt-get -f install"),
        ("RUN dnf install -y vim", "RUN echo apt-get install vim"),
    ],
)
def test_leaves_alone(steps):
    assert not found(*steps)


def test_leaves_the_base_alone():
    assert not found("RUN apt-get install -y vim", "RUN make", base_count=1)
