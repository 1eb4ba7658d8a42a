"""What `pip-cache` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("root/.cache/pip/http-v2/a/b/c/d/e/abcde.body", None),
    ("home/user/.cache/pip/wheels/00/11/22/x.whl", None),
    ("root/.cache/pip/selfcheck.json", None),
    ("opt/pip-cache/http/a/b/abc", None),
    ("opt/pip_cache/http-v2/a/b/abc", None),
]
IGNORES = [
    ("root/.cache/pipenv/x", None),
    ("usr/lib/python3/dist-packages/pip/cache.py", None),
    ("srv/pip/http-v2/x", None),
    ("srv/http-v2/x.body", None),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "pip-cache"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "pip-cache"
