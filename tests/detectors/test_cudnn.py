"""What `cudnn` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("usr/lib/x86_64-linux-gnu/libcudnn.so.9.1.0", None),
    ("usr/lib/x86_64-linux-gnu/libcudnn_engines_precompiled.so.9", None),
    ("usr/lib64/libcudnn_ops.so.9", None),
    ("usr/local/cuda/lib64/libcudnn_adv.so.8", None),
    ("usr/share/x/y", "dpkg:libcudnn9-cuda-12"),
    ("usr/share/x/y", "rpm:libcudnn8"),
]
IGNORES = [
    ("usr/include/cudnn_version.h", None),
    ("usr/lib/x86_64-linux-gnu/libcudnn_ops_infer_static_v8.a", None),
    ("usr/share/x/y", "dpkg:libcudnn9-dev-cuda-12"),
    ("usr/lib/python3/dist-packages/nvidia/cudnn/lib/libcudnn.so.9", None),
    ("app/cudnn.py", None),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "cudnn"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "cudnn"
