"""What the rule `apt-update-without-cleanup` finds and what it leaves alone."""

import pytest

from tests.findings.cases import findings_of, only
from tests.images import file

LISTS = [file("var/lib/apt/lists/deb.debian.org_debian_dists_bookworm_main_binary-amd64_Packages", b"x" * 50_000)]


def found(step, items):
    return only(findings_of([[file("bin/sh", b"x")], items], history=["ADD a /", step]), "apt-update-without-cleanup")


@pytest.mark.parametrize(
    "step",
    [
        "/bin/sh -c apt-get update && apt-get install -y python3",
        "RUN /bin/sh -c apt-get update -qq; apt-get install -y vim # buildkit",
        "RUN /bin/sh -c apt-get -y update && rm -rf /tmp/x && apt-get clean # buildkit",
    ],
)
def test_finds(step):
    [finding] = found(step, LISTS)
    assert (finding.layers, finding.reclaimable_bytes) == ((1,), 0)
    assert "50.0 kB" in finding.evidence[1]


@pytest.mark.parametrize(
    ("step", "items"),
    [
        # A mounted cache leaves nothing, and history does not tell of mounts.
        ("RUN apt-get update && apt-get install -y python3", [file("usr/bin/python3", b"x")]),
        ("RUN apt-get update && apt-get install -y x && rm -rf /var/lib/apt/lists/*", LISTS),
        ("RUN make", LISTS),
        ("RUN echo apt-get update", LISTS),
    ],
)
def test_leaves_alone(step, items):
    assert not found(step, items)
