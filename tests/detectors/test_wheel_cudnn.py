"""What `wheel-cudnn` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("usr/local/lib/python3.11/site-packages/nvidia/cudnn/lib/libcudnn_adv.so.9", None),
    ("usr/local/lib/python3.10/dist-packages/nvidia/cudnn/include/cudnn.h", None),
    ("usr/local/lib/python3.11/site-packages/torch/lib/libcudnn.so.8", None),
    ("usr/local/lib/python3.11/site-packages/nvidia/x", "python:nvidia-cudnn-cu13"),
    ("opt/conda/lib/libcudnn.so.9", "conda:cudnn"),
]
IGNORES = [
    ("usr/lib/x86_64-linux-gnu/libcudnn.so.9", None),
    ("usr/local/lib/python3.11/site-packages/cudnn/__init__.py", "python:nvidia-cudnn-frontend"),
    ("usr/local/lib/python3.11/site-packages/torch/backends/cudnn/__init__.py", None),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "wheel-cudnn"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "wheel-cudnn"
