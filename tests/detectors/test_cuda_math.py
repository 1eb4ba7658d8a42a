"""What `cuda-math` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("usr/local/cuda-12.4/targets/x86_64-linux/lib/libcublasLt.so.12.4.5.8", None),
    ("usr/local/cuda-12.4/targets/x86_64-linux/lib/libnppif.so.12", None),
    ("usr/local/cuda/lib64/libcufft.so.11", None),
    ("usr/lib/x86_64-linux-gnu/libcublas.so.10", None),
    ("usr/share/x/y", "rpm:libcusparse-12-4"),
    ("usr/share/x/y", "dpkg:libnpp-12-4"),
    ("usr/share/x/y", "dpkg:libcutensor2"),
]
IGNORES = [
    ("usr/local/cuda-12.4/targets/x86_64-linux/lib/libcublas_static.a", None),
    ("usr/local/cuda-12.4/targets/x86_64-linux/lib/stubs/libcublas.so", None),
    ("usr/share/x/y", "dpkg:libcublas-dev-12-4"),
    ("usr/lib/x86_64-linux-gnu/libblas.so.3", None),
    ("app/libcurand_wrapper.so", None),
    ("opt/conda/lib/libcublas.so.12", None),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "cuda-math"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "cuda-math"
