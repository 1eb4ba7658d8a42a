"""What `notebooks` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("app/explore.ipynb", None),
    ("workspace/a/.ipynb_checkpoints/x-checkpoint.py", None),
]
IGNORES = [
    ("usr/local/lib/python3.11/site-packages/x/demo.ipynb", "python:x"),
    ("app/ipynb.py", None),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "notebooks"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "notebooks"
