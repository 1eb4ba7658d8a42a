"""What `logs-temp` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("var/log/dpkg.log", None),
    ("tmp/build/x.o", None),
    ("var/tmp/x", None),
    ("root/install.log", None),
    ("root/.bash_history", None),
    ("root/.wget-hsts", None),
    ("var/spool/x", None),
]
IGNORES = [
    ("app/logs/readme.md", None),
    ("tmp/x.whl", None),
    ("tmp/torchinductor_root/x", None),
    ("var/lib/x", None),
    ("opt/tmp/x", None),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "logs-temp"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "logs-temp"
