"""What `static-library` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("usr/lib/x86_64-linux-gnu/libc.a", "dpkg:libc6-dev"),
    ("usr/local/lib/libx.a", None),
    ("usr/local/lib/python3.11/site-packages/x/lib/libx.a", "python:x"),
    ("usr/lib/x86_64-linux-gnu/libx.la", None),
]
IGNORES = [
    ("usr/local/cuda-12.4/lib64/libcudart_static.a", None),
    ("usr/local/lib/python3.11/site-packages/triton/backends/nvidia/lib/cupti/libcupti_static.a", None),
    ("app/x.a.txt", None),
    ("usr/lib/libx.so", None),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "static-library"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "static-library"
