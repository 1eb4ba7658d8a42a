"""What `python-unrecorded` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("usr/local/lib/python3.11/site-packages/helper.py", None),
    ("usr/lib/python3/dist-packages/x/y.so", None),
    ("usr/local/lib/python3.11/site-packages/torch-2.5.1.dist-info/WHEEL", None),
    ("usr/local/lib/python3.11/site-packages/numpy/core/x.so", None),
]
IGNORES = [
    ("usr/local/lib/python3.11/site-packages/helper.py", "python:helper"),
    ("usr/lib/python3/dist-packages/six.py", "dpkg:python3-six"),
    ("app/site-packages.py", None),
    ("usr/local/lib/python3.11/site-packages/torch/x.so", None),
    ("usr/local/lib/python3.11/site-packages/x.pyc", None),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "python-unrecorded"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "python-unrecorded"
