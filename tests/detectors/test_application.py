"""What `application` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("app/serve.py", None),
    ("srv/x/y/z.bin", None),
    ("workspace/train.py", None),
    ("opt/service/bin/x", None),
    ("home/me/x.py", None),
    ("usr/src/app/x.js", None),
    ("root/run.py", None),
    ("entrypoint.sh", None),
    ("entrypoint", None),
    ("serve.py", None),
    ("code/x.py", None),
    ("var/www/x", None),
]
IGNORES = [
    ("usr/bin/x", None),
    ("usr/lib/libx.so", None),
    ("app/venv/x.py", "python:x"),
    ("opt/x/y", "dpkg:x"),
    ("opt/nvidia/x", None),
    ("opt/conda/bin/x", None),
    ("app/.git/HEAD", None),
    ("usr/application/x", None),
    ("etc", None),
    ("usr/local/bin/x", None),
    ("app/node_modules/x.js", None),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "application"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "application"
