"""What `cuda-runtime` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("usr/local/cuda-12.4/targets/x86_64-linux/lib/libcudart.so.12.4.127", None),
    ("usr/local/cuda-12.4/targets/x86_64-linux/lib/libnvrtc-builtins.so.12.4", None),
    ("usr/local/cuda/lib64/libnvJitLink.so.12", None),
    ("usr/share/x/y", "dpkg:cuda-cudart-12-4"),
    ("usr/share/x/y", "rpm:cuda-nvrtc-12-4"),
    ("usr/lib/x86_64-linux-gnu/libcudart.so.11.0", "dpkg:libcudart11.0"),
]
IGNORES = [
    ("usr/local/cuda-12.4/targets/x86_64-linux/lib/libcudart_static.a", None),
    ("usr/local/cuda-12.4/targets/x86_64-linux/lib/stubs/libnvrtc.so", None),
    ("usr/local/cuda-12.4/targets/x86_64-linux/lib/libcublas.so.12", None),
    ("usr/local/lib/python3.11/site-packages/nvidia/cuda_runtime/lib/libcudart.so.12", None),
    ("usr/share/x/y", "dpkg:cuda-cudart-dev-12-4"),
    ("home/me/libcudart.so.12", None),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "cuda-runtime"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "cuda-runtime"
