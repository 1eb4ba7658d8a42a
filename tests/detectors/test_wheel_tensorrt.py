"""What `wheel-tensorrt` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("usr/local/lib/python3.11/site-packages/tensorrt_libs/libnvinfer.so.10", None),
    ("usr/local/lib/python3.11/site-packages/tensorrt/__init__.py", "python:tensorrt"),
    ("usr/local/lib/python3.11/site-packages/tensorrt_bindings/x.so", "python:tensorrt_cu12_bindings"),
]
IGNORES = [
    ("usr/lib/x86_64-linux-gnu/libnvinfer.so.10", None),
    ("usr/local/lib/python3.11/site-packages/torch_tensorrt/x.py", "python:torch-tensorrt"),
    ("usr/local/lib/python3.11/site-packages/tensorrt_llm/x.so", "python:tensorrt-llm"),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "wheel-tensorrt"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "wheel-tensorrt"
