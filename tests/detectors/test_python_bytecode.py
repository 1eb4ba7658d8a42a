"""What `python-bytecode` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("usr/lib/python3/__pycache__/os.cpython-311.pyc", None),
    ("app/x.pyc", "python:app"),
    ("opt/conda/lib/python3.11/site-packages/torch/__pycache__/x.cpython-311.pyc", "conda:pytorch"),
    ("usr/local/lib/python3.11/site-packages/jax/__pycache__/x.cpython-311.opt-1.pyc", None),
]
IGNORES = [
    ("app/x.py", None),
    ("app/x.pyc.txt", None),
    ("app/__pycache__/notes.txt", None),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "python-bytecode"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "python-bytecode"
