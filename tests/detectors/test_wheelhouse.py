"""What `wheelhouse` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("wheels/torch-2.5.1-cp311-cp311-linux_x86_64.whl", None),
    ("tmp/x.whl", None),
    ("wheelhouse/lib-1.0.tar.gz", None),
    ("app/dist/app-1.0.tar.gz", None),
    ("build/sdist/x-1.tar.gz", None),
]
IGNORES = [
    ("root/.cache/pip/wheels/00/x.whl", None),
    ("usr/share/python-wheels/pip.whl", "dpkg:python3-pip-whl"),
    ("usr/local/lib/python3.12/ensurepip/_bundled/pip-24.0-py3-none-any.whl", None),
    ("app/dist/bundle.js", None),
    ("app/wheels/wheel.py", None),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "wheelhouse"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "wheelhouse"
