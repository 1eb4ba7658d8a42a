"""What `apt-archives` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [("var/cache/apt/archives/vim_9.deb", None), ("var/cache/apt/pkgcache.bin", None)]
IGNORES = [("var/cache/debconf/config.dat", None), ("srv/vim_9.deb", None)]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "apt-archives"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "apt-archives"
