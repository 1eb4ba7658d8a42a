"""What `cuda-headers` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("usr/local/cuda-12.4/targets/x86_64-linux/include/cuda.h", None),
    ("usr/local/cuda/include/cublas.h", None),
    ("usr/include/cudnn_ops.h", None),
    ("usr/include/x86_64-linux-gnu/cudnn_v9.h", None),
    ("usr/include/nccl.h", None),
    ("usr/include/x86_64-linux-gnu/NvInfer.h", None),
    ("usr/share/x/y", "dpkg:libnccl-dev"),
    ("usr/share/x/y", "dpkg:libcublas-dev-12-4"),
    ("usr/share/x/y", "rpm:cuda-cudart-devel-12-4"),
]
IGNORES = [
    ("usr/include/stdio.h", None),
    ("usr/local/cuda-12.4/extras/CUPTI/include/cupti.h", None),
    ("usr/lib/python3/site-packages/torch/include/ATen/cuda/x.h", None),
    ("usr/share/x/y", "dpkg:libncurses-dev"),
    ("usr/include/cudd.h", None),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "cuda-headers"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "cuda-headers"
