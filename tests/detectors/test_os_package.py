"""What `os-package` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("usr/bin/vi", "dpkg:less"),
    ("usr/bin/curl", "rpm:curl"),
    ("bin/busybox", "apk:busybox"),
]
IGNORES = [
    ("usr/bin/vim", None),
    ("usr/bin/x", "python:x"),
    ("usr/bin/git", "dpkg:git"),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "os-package"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "os-package"
