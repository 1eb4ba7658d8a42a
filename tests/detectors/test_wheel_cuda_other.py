"""What `wheel-cuda-other` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("usr/local/lib/python3.11/site-packages/nvidia/nvtx/lib/libnvToolsExt.so.1", None),
    ("usr/local/lib/python3.11/site-packages/nvidia/cufile/lib/libcufile.so.0", None),
    ("usr/local/lib/python3.11/site-packages/nvidia/nvshmem/lib/libnvshmem_device.a", None),
    ("usr/local/lib/python3.11/site-packages/nvidia/cu13/lib/libcufile.so.0", None),
    ("usr/local/lib/python3.11/site-packages/torch/lib/libnvToolsExt-24de1d56.so.1", None),
    ("usr/local/lib/python3.11/site-packages/nvidia/cu13/include/cccl/x.h", "python:nvidia-cuda-cccl"),
    ("usr/local/lib/python3.11/site-packages/cuda/bindings/driver.so", "python:cuda-bindings"),
    ("opt/conda/lib/libx.so", "conda:cudatoolkit"),
]
IGNORES = [
    ("usr/local/lib/python3.11/site-packages/nvidia/cublas/lib/libcublas.so.12", None),
    ("usr/local/lib/python3.11/site-packages/torch/lib/libtorch_nvshmem.so", None),
    ("usr/local/lib/python3.11/site-packages/nvidia/dali/libdali.so", "python:nvidia-dali-cuda120"),
    ("usr/local/lib/python3.11/site-packages/nvidia_smi.py", "python:nvidia-ml-py"),
    ("usr/local/lib/python3.11/site-packages/nvidia/cu13/include/cublas.h", "python:nvidia-cublas"),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "wheel-cuda-other"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "wheel-cuda-other"
