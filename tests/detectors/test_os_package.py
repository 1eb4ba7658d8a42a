"""What `os-package` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [("usr/bin/vim", "dpkg:vim")]
IGNORES = [("usr/bin/vim", None), ("usr/bin/x", "python:x")]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "os-package"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "os-package"
