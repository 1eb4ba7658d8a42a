"""What `tensorrt` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("usr/lib/x86_64-linux-gnu/libnvinfer.so.10.0.1", None),
    ("usr/lib/x86_64-linux-gnu/libnvinfer_builder_resource.so.10.0.1", None),
    ("usr/src/tensorrt/bin/trtexec", None),
    ("usr/share/x/y", "dpkg:libnvinfer-plugin10"),
    ("usr/share/x/y", "dpkg:libnvonnxparsers10"),
    ("opt/tensorrt/bin/x", None),
    ("usr/local/TensorRT-10.0.1/lib/libnvinfer.so", None),
]
IGNORES = [
    ("usr/include/x86_64-linux-gnu/NvInfer.h", None),
    ("usr/lib/x86_64-linux-gnu/libnvinfer_static.a", None),
    ("usr/lib/python3/site-packages/tensorrt_libs/libnvinfer.so.10", None),
    ("app/tensorrt/x.py", None),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "tensorrt"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "tensorrt"
