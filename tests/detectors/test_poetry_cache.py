"""What `poetry-cache` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("root/.cache/pypoetry/artifacts/00/11/x.whl", None),
    ("root/.cache/pypoetry/cache/repositories/PyPI/x", None),
    ("root/.cache/pdm/wheels/00/x.whl", None),
    ("root/.cache/pipenv/x", None),
    ("root/.cache/pip-tools/x", None),
]
IGNORES = [
    ("root/.cache/pypoetry/virtualenvs/app-py3.11/lib/x.so", None),
    ("app/poetry.lock", None),
    ("root/.cache/pdm/packages/torch/lib/x", None),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "poetry-cache"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "poetry-cache"
