"""What `cuda-compiler` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("usr/local/cuda-12.4/bin/nvcc", None),
    ("usr/local/cuda-12.4/bin/ptxas", None),
    ("usr/local/cuda-12.4/nvvm/bin/cicc", None),
    ("usr/local/cuda/nvvm/libdevice/libdevice.10.bc", None),
    ("usr/share/x/y", "dpkg:cuda-nvcc-12-8"),
    ("usr/lib/nvidia-cuda-toolkit/bin/cicc", "dpkg:nvidia-cuda-toolkit"),
    ("usr/share/x/y", "rpm:cuda-crt-12-8"),
]
IGNORES = [
    ("usr/local/cuda-12.4/bin/cuda-gdb", None),
    ("usr/bin/gcc", None),
    ("home/me/cuda/bin/nvcc", None),
    ("usr/local/cuda-12.4/bin/compute-sanitizer", None),
    ("usr/local/cuda-12.4/nvvm/include/nvvm.h", None),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "cuda-compiler"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "cuda-compiler"
