"""What the rule `nsight` finds and what it leaves alone."""

from layerscope.findings.purpose import Purpose
from tests.findings.cases import findings_of, only
from tests.images import file

COMPUTE = "opt/nvidia/nsight-compute/2024.1.1/host/ncu-ui"
SYSTEMS = "opt/nvidia/nsight-systems/2024.1/bin/nsys"


def test_finds_both_profilers_in_the_base():
    layers = [[file(COMPUTE, b"c" * 3_000), file(SYSTEMS, b"s" * 2_000)], [file("app/x", b"x")]]
    [finding] = only(findings_of(layers, base_count=1), "nsight")
    assert (finding.reclaimable_bytes, finding.who_can_fix) == (5_000, "base")


def test_leaves_them_in_an_image_for_development_alone():
    assert not only(findings_of([[file(COMPUTE, b"c" * 3_000)]], purpose=Purpose.DEV), "nsight")


def test_leaves_other_things_of_nvidias_alone():
    assert not only(findings_of([[file("opt/nvidia/nvidia_entrypoint.sh", b"e" * 3_000)]]), "nsight")
