"""What `nsight-compute` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("opt/nvidia/nsight-compute/2024.1.1/ncu", None),
    ("usr/local/cuda-12.4/nsight-compute-2024.1.1/host/x", None),
    ("usr/local/NVIDIA-Nsight-Compute-2022.1/x", None),
    ("usr/share/x/y", "dpkg:nsight-compute-2024.1.1"),
    ("usr/share/x/y", "rpm:cuda-nsight-compute-12-4"),
    ("usr/local/cuda-12.4/bin/ncu", None),
]
IGNORES = [
    ("opt/nvidia/nsight-systems/2024.1/nsys", None),
    ("opt/nvidia/nvidia_entrypoint.sh", None),
    ("usr/share/x/y", "dpkg:cuda-nsight-12-4"),
    ("home/me/nsight-compute/x", None),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "nsight-compute"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "nsight-compute"
