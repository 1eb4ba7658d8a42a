"""What `uv-cache` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("root/.cache/uv/archive-v0/Xy/torch/__init__.py", None),
    ("opt/uv-cache/wheels-v5/pypi/x.msgpack", None),
    ("data/uv/simple-v16/pypi/numpy.rkyv", None),
    ("root/.cache/uv/CACHEDIR.TAG", None),
]
IGNORES = [
    ("root/.local/share/uv/python/cpython-3.12/bin/python3.12", None),
    ("app/uv.lock", None),
    ("srv/archive/x", None),
    ("app/wheels-vision/x.py", None),
    ("root/.cache/uvicorn/x", None),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "uv-cache"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "uv-cache"
