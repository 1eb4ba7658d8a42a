"""What `unowned` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("usr/lib/libmine.so", None),
    ("usr/games/x", None),
    ("unknown/x", None),
]
IGNORES = [
    ("usr/bin/vim", "dpkg:vim"),
    ("app/serve.py", None),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "unowned"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "unowned"
