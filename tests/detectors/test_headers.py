"""What `headers` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("usr/include/stdio.h", "dpkg:libc6-dev"),
    ("usr/local/include/x/y.hpp", None),
    ("usr/lib/x86_64-linux-gnu/pkgconfig/x.pc", "dpkg:libssl-dev"),
    ("usr/lib64/libx.so", "rpm:openssl-devel"),
    ("usr/lib/pkgconfig/x.pc", "apk:musl-dev"),
    ("usr/src/linux-headers-6.1/include/linux/x.h", None),
]
IGNORES = [
    ("usr/local/lib/python3.11/site-packages/torch/include/ATen/x.h", "python:torch"),
    ("usr/local/cuda-12.4/include/cuda.h", None),
    ("usr/include/cudnn.h", None),
    ("usr/lib/x", "dpkg:libc6"),
    ("app/include/x.h", None),
    ("usr/bin/udevadm", "dpkg:udev"),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "headers"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "headers"
