"""What `application-tests` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("app/tests/test_x.py", None),
    ("srv/service/tests/data/big.bin", None),
    ("app/test/test_x.py", None),
    ("app/conftest.py", None),
]
IGNORES = [
    ("usr/local/lib/python3.11/site-packages/numpy/tests/x.py", "python:numpy"),
    ("usr/local/lib/python3.11/site-packages/numpy/testing/x.py", "python:numpy"),
    ("usr/local/lib/python3.11/site-packages/torch/testing/x.py", "python:torch"),
    ("data/test/0001.jpg", None),
    ("app/latest/x.py", None),
    ("usr/share/x/tests/y", "dpkg:x"),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "application-tests"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "application-tests"
