"""What `unowned` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [("app/serve.py", None), ("x", None)]
IGNORES = [("usr/bin/vim", "dpkg:vim")]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "unowned"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "unowned"
