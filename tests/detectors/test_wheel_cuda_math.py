"""What `wheel-cuda-math` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("usr/local/lib/python3.11/site-packages/nvidia/cublas/lib/libcublasLt.so.12", None),
    ("usr/local/lib/python3.10/dist-packages/nvidia/cusparse/lib/libcusparse.so.12", None),
    ("usr/local/lib/python3.11/site-packages/nvidia/cu13/lib/libcufft.so.12", None),
    ("usr/local/lib/python3.11/site-packages/torch/lib/libcusparseLt-294d6944.so.0", None),
    ("usr/local/lib/python3.11/site-packages/nvidia/cusparselt/lib/libcusparseLt.so.0", None),
    ("usr/local/lib/python3.11/site-packages/torchvision.libs/libnvjpeg.02b6d700.so.12", None),
    ("usr/local/lib/python3.11/site-packages/nvidia/cu13/include/cublas.h", "python:nvidia-cublas"),
    ("opt/conda/lib/libcurand.so.10", "conda:libcurand"),
    ("opt/conda/lib/libcublas_static.a", None),
]
IGNORES = [
    ("usr/local/cuda-12.4/lib64/libcublas.so.12", None),
    ("usr/local/lib/python3.11/site-packages/numpy.libs/libopenblas.so", None),
    ("usr/local/lib/python3.11/site-packages/cupy/cublas.py", None),
    ("usr/local/lib/python3.11/site-packages/torch/lib/libtorch_cuda_linalg.so", None),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "wheel-cuda-math"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "wheel-cuda-math"
