"""What `package-database` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("var/lib/dpkg/status", None),
    ("var/lib/dpkg/info/libc6:amd64.list", None),
    ("var/lib/rpm/rpmdb.sqlite", None),
    ("usr/lib/sysimage/rpm/Packages.db", None),
    ("lib/apk/db/installed", None),
    ("var/cache/debconf/templates.dat", None),
    ("opt/conda/conda-meta/numpy.json", None),
    ("var/lib/apt/extended_states", None),
    ("var/lib/dnf/history.sqlite", None),
]
IGNORES = [
    ("var/lib/apt/lists/x_Packages", None),
    ("usr/local/lib/python3.11/site-packages/x-1.dist-info/METADATA", "python:x"),
    ("app/conda-meta.json", None),
    ("srv/dpkg/status", None),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "package-database"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "package-database"
