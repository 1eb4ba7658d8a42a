"""What `local-install` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("usr/local/lib/libopencv_core.so.4.9", None),
    ("usr/local/bin/entrypoint.sh", None),
    ("usr/local/share/x/y", None),
    ("usr/local/mpi/lib/libmpi.so", None),
]
IGNORES = [
    ("usr/local/cuda-12.4/x", None),
    ("usr/local/lib/python3.12/os.py", None),
    ("usr/local/include/x.h", None),
    ("usr/local/lib/libx.a", None),
    ("usr/local/bin/torchrun", "python:torch"),
    ("usr/lib/libx.so", None),
    ("usr/local/bin/cmake", None),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "local-install"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "local-install"
