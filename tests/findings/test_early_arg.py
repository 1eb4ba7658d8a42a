"""What the rule `early-arg` finds and what it leaves alone."""

import pytest

from layerscope.findings.rule import Confidence
from tests.findings.cases import findings_of, only
from tests.images import file
from tests.oci.limits import at_most

APT = "apt-get update && apt-get install -y --no-install-recommends ffmpeg"


def found(*steps):
    layers = [[file(f"x{number}", b"x")] for number in range(len(steps))]
    return only(findings_of(layers, history=steps), "early-arg")


@pytest.mark.parametrize("legacy", [False, True])
def test_finds(legacy):
    steps = [f"|1 VERSION=3.10 /bin/sh -c {APT}", "|1 VERSION=3.10 /bin/sh -c pip install app==${VERSION}"]
    [finding] = found(*(steps if legacy else [f"RUN {step} # buildkit" for step in steps]))
    assert (finding.subject, finding.layers, finding.confidence) == ("VERSION", (0,), Confidence.LOW)


def test_what_changes_with_every_build_is_found_without_a_use():
    [finding] = found(f"RUN |2 GIT_COMMIT=abc TARGETARCH=amd64 /bin/sh -c {APT} # buildkit")
    assert (finding.subject, finding.confidence) == ("GIT_COMMIT", Confidence.MEDIUM)


@pytest.mark.parametrize(
    "steps",
    [
        (f"RUN /bin/sh -c {APT} # buildkit", "RUN |1 VERSION=1 /bin/sh -c pip install app==$VERSION # buildkit"),
        ("RUN |1 VERSION=1 /bin/sh -c make $VERSION # buildkit", f"RUN |1 VERSION=1 /bin/sh -c {APT} # buildkit"),
        (f"RUN |1 DEBIAN_FRONTEND=noninteractive /bin/sh -c {APT} # buildkit", "RUN echo $DEBIAN_FRONTEND"),
        # A program may read it from its environment.
        (f"RUN |1 PIP_INDEX_URL=https://example.org /bin/sh -c {APT} # buildkit",),
        (f"RUN |1 TARGETARCH=amd64 /bin/sh -c {APT}", "RUN |1 TARGETARCH=amd64 /bin/sh -c echo $TARGETARCH"),
        (f"RUN /bin/sh -c {APT} # buildkit", "RUN /bin/sh -c echo VERSION=1 $VERSION # buildkit"),
    ],
)
def test_leaves_alone(steps):
    assert not found(*steps)


def test_hostile_arguments():
    steps = [f"RUN |999 {'A' * 60}{number}={'B=' * 5_000} /bin/sh -c x" for number in range(100)]
    with at_most(60):
        found(*steps)
