"""What `apk-cache` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("var/cache/apk/APKINDEX.066df28d.tar.gz", None),
    ("etc/apk/cache/vim-9.apk", None),
    ("lib/apk/cache/x.apk", None),
]
IGNORES = [
    ("lib/apk/db/installed", None),
    ("etc/apk/repositories", None),
    ("srv/apk/cache/x", None),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "apk-cache"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "apk-cache"
