"""What `python-package` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [("usr/lib/python3/site-packages/torch/lib/libtorch.so", "python:torch")]
IGNORES = [
    ("usr/lib/python3/site-packages/torch/lib/libtorch.so", None),
    ("usr/lib/python3/dist-packages/six.py", "dpkg:python3-six"),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "python-package"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "python-package"
