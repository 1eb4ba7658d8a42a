"""What `wheel-cuda-compiler` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("usr/local/lib/python3.11/site-packages/nvidia/cuda_nvcc/bin/ptxas", None),
    ("usr/local/lib/python3.11/site-packages/nvidia/cu13/bin/nvcc", None),
    ("usr/local/lib/python3.11/site-packages/nvidia/cu13/nvvm/bin/cicc", None),
    ("usr/local/lib/python3.11/site-packages/triton/backends/nvidia/bin/ptxas", None),
    ("usr/local/lib/python3.11/site-packages/triton/backends/nvidia/bin/cuobjdump", None),
    ("usr/local/lib/python3.11/site-packages/torch/bin/ptxas", None),
    ("usr/local/lib/python3.11/site-packages/nvidia/cu13/include/crt/x.h", "python:nvidia-cuda-crt"),
    ("opt/conda/bin/nvcc", "conda:cuda-nvcc-tools"),
]
IGNORES = [
    ("usr/local/cuda-12.4/bin/nvcc", None),
    ("usr/local/lib/python3.11/site-packages/torch/bin/protoc", None),
    ("usr/local/lib/python3.11/site-packages/triton/backends/nvidia/compiler.py", None),
    ("usr/local/lib/python3.11/site-packages/torch/utils/nvcc.py", None),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "wheel-cuda-compiler"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "wheel-cuda-compiler"
