"""What `nccl` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("usr/lib/x86_64-linux-gnu/libnccl.so.2.21.5", None),
    ("usr/lib64/libnccl.so.2", None),
    ("usr/share/x/y", "dpkg:libnccl2"),
    ("usr/share/x/y", "rpm:libnccl"),
]
IGNORES = [
    ("usr/include/nccl.h", None),
    ("usr/lib/x86_64-linux-gnu/libnccl_static.a", None),
    ("usr/share/x/y", "dpkg:libnccl-dev"),
    ("usr/share/doc/libnccl2/copyright", "dpkg:libnccl2"),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "nccl"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "nccl"
