"""What `dnf-cache` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("var/cache/dnf/appstream-1/repodata/primary.xml.gz", None),
    ("var/cache/yum/x86_64/7/base/packages/x.rpm", None),
    ("var/cache/libdnf5/x/solv/x.solv", None),
    ("var/cache/zypp/raw/x", None),
]
IGNORES = [
    ("var/lib/dnf/history.sqlite", None),
    ("var/lib/rpm/rpmdb.sqlite", None),
    ("srv/dnf/x", None),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "dnf-cache"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "dnf-cache"
