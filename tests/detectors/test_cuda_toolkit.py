"""What `cuda-toolkit` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("usr/local/cuda-12.4/bin/nvcc", None),
    ("opt/nvidia/nsight-compute/2024.1.1/ncu", None),
    ("usr/lib/x86_64-linux-gnu/libcudnn.so.9.1.0", "dpkg:libcudnn9-cuda-12"),
    ("usr/lib/x86_64-linux-gnu/libnccl.so.2.21.5", "dpkg:libnccl2"),
]
IGNORES = [
    ("usr/local/lib/python3.10/dist-packages/nvidia/cudnn/lib/libcudnn.so.9", "python:nvidia-cudnn-cu12"),
    ("usr/share/doc/libnccl2/copyright", "dpkg:libnccl2"),
    ("usr/local/cudabox/x", None),
    ("opt/nvidia-tools/x", None),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "cuda-toolkit"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "cuda-toolkit"
