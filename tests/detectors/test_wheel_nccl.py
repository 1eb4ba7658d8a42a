"""What `wheel-nccl` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("usr/local/lib/python3.11/site-packages/nvidia/nccl/lib/libnccl.so.2", None),
    ("usr/local/lib/python3.10/dist-packages/nvidia/nccl/include/nccl.h", None),
    ("opt/conda/lib/libnccl.so.2", "conda:nccl"),
]
IGNORES = [
    ("usr/lib/x86_64-linux-gnu/libnccl.so.2", None),
    ("usr/local/lib/python3.11/site-packages/torch/cuda/nccl.py", None),
    ("usr/local/lib/python3.11/site-packages/nvidia/nvshmem/lib/x.so", None),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "wheel-nccl"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "wheel-nccl"
