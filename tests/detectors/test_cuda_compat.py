"""What `cuda-compat` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("usr/local/cuda-12.4/compat/libcuda.so.550.54.15", None),
    ("usr/local/cuda/compat/x", None),
    ("usr/share/x/y", "dpkg:cuda-compat-12-4"),
    ("usr/lib/x86_64-linux-gnu/libcuda.so.550.54", "dpkg:libnvidia-compute-550"),
    ("usr/lib64/libnvidia-ml.so.1", "rpm:nvidia-driver-cuda-libs"),
    ("usr/lib64/libcuda.so.550.54.15", None),
]
IGNORES = [
    ("usr/local/cuda-12.4/targets/x86_64-linux/lib/stubs/libcuda.so", None),
    ("usr/bin/nvidia-container-cli", "dpkg:libnvidia-container1"),
    ("usr/local/cuda-12.4/compatible/x", None),
    ("usr/local/cuda-12.4/targets/x86_64-linux/lib/libcudart.so.12", None),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "cuda-compat"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "cuda-compat"
