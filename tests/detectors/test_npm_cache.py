"""What `npm-cache` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("root/.npm/_cacache/content-v2/sha512/00/11/x", None),
    ("home/node/.npm/_logs/x.log", None),
    ("root/.cache/node-gyp/20.1.0/include/node.h", None),
]
IGNORES = [
    ("app/.npmrc", None),
    ("app/node_modules/x/index.js", None),
    ("app/npm/_cacache.js", None),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "npm-cache"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "npm-cache"
