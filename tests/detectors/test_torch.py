"""What `torch` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("usr/local/lib/python3.11/site-packages/torch/lib/libtorch_cuda.so", "python:torch"),
    ("usr/local/bin/torchrun", "python:torch"),
    ("usr/local/lib/python3.11/site-packages/torch/lib/libtorch_cpu.so", None),
    ("usr/local/lib/python3.11/site-packages/torch/include/ATen/x.h", "python:torch"),
    ("usr/local/lib/python3.11/site-packages/torch/testing/_internal/x.py", "python:torch"),
    ("opt/conda/lib/libtorch.so", "conda:libtorch"),
    ("opt/libtorch/lib/libtorch.so", None),
]
IGNORES = [
    ("usr/local/lib/python3.11/site-packages/torch/lib/libcudart-80664282.so.10.2", "python:torch"),
    ("usr/local/lib/python3.11/site-packages/torchvision/_C.so", "python:torchvision"),
    ("app/torch/x.py", None),
    ("root/.cache/torch/x", None),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "torch"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "torch"
