"""What `vcs` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("app/.git/objects/pack/x.pack", None),
    ("srv/x/.svn/wc.db", None),
    ("opt/x/.hg/store/x", None),
]
IGNORES = [
    ("app/.gitignore", None),
    ("app/.github/workflows/x.yml", None),
    ("app/git/x.py", None),
    ("usr/bin/git", None),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "vcs"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "vcs"
