"""What the rule `cupti` finds and what it leaves alone."""

from layerscope.findings.rule import Confidence
from tests.findings.cases import findings_of, only
from tests.images import file

SYSTEM = "usr/local/cuda-12.4/extras/CUPTI/lib64/libcupti.so.2024.1.0"
WHEEL = "usr/local/lib/python3.12/site-packages/nvidia/cuda_cupti/lib/libcupti.so.12"


def test_finds_the_systems_copy_and_leaves_the_wheels_alone():
    [finding] = only(findings_of([[file(SYSTEM, b"s" * 5_000), file(WHEEL, b"w" * 7_000)]]), "cupti")
    assert (finding.reclaimable_bytes, finding.confidence) == (5_000, Confidence.MEDIUM)


def test_leaves_a_wheels_copy_alone():
    owned = {WHEEL: "python:nvidia-cuda-cupti-cu12"}
    assert not only(findings_of([[file(WHEEL, b"w" * 7_000)]], owned=owned), "cupti")
