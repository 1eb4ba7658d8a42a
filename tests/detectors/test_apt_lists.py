"""What `apt-lists` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [("var/lib/apt/lists/deb.example_dists_Packages.lz4", None), ("var/lib/apt/lists/lock", None)]
IGNORES = [("var/lib/apt/extended_states", None), ("srv/var/lib/apt/lists/x", None)]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "apt-lists"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "apt-lists"
