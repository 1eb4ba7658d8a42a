"""What `wheel-cuda-runtime` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("usr/local/lib/python3.11/site-packages/nvidia/cuda_runtime/lib/libcudart.so.12", None),
    ("usr/local/lib/python3.11/site-packages/nvidia/cuda_runtime/include/cuda.h", None),
    ("usr/local/lib/python3.11/site-packages/nvidia/cu13/lib/libnvrtc.so.13", None),
    ("usr/local/lib/python3.11/site-packages/nvidia/cu13/lib/libcudart_static.a", None),
    ("usr/local/lib/python3.11/site-packages/torch/lib/libcudart-80664282.so.10.2", None),
    ("usr/local/lib/python3.11/site-packages/torchvision.libs/libcudart.3eda8113.so.13", None),
    ("usr/local/lib/python3.11/site-packages/nvidia/cu13/include/cuda.h", "python:nvidia-cuda-runtime"),
    ("usr/local/lib/python3.10/dist-packages/nvidia/nvjitlink/lib/libnvJitLink.so.12", "python:nvidia-nvjitlink-cu12"),
    ("opt/conda/lib/libnvrtc.so.12", "conda:cuda-nvrtc"),
]
IGNORES = [
    ("usr/local/cuda-12.4/lib64/libcudart.so.12", None),
    ("usr/local/lib/python3.11/site-packages/nvidia/nvtx/lib/libnvToolsExt.so.1", None),
    ("usr/local/lib/python3.11/site-packages/nvidia/cublas/lib/libcublas.so.12", None),
    ("usr/local/lib/python3.11/site-packages/cuda/bindings/nvrtc.so", "python:cuda-bindings"),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "wheel-cuda-runtime"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "wheel-cuda-runtime"
