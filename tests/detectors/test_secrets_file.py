"""What `secrets-file` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("root/.ssh/id_rsa", None),
    ("home/me/.ssh/id_ed25519", None),
    ("root/.netrc", None),
    ("app/.env", None),
    ("app/.env.production", None),
    ("root/.aws/credentials", None),
    ("root/.docker/config.json", None),
    ("root/.pypirc", None),
    ("root/.kube/config", None),
    ("root/.config/gcloud/application_default_credentials.json", None),
    ("app/service-account.json", None),
    ("app/certs/server-key.pem", None),
    ("app/privkey.pem", None),
    ("root/.git-credentials", None),
]
IGNORES = [
    ("app/.env.example", None),
    ("app/.envrc.md", None),
    ("etc/ssl/certs/x.pem", None),
    ("usr/local/lib/python3.11/site-packages/certifi/cacert.pem", "python:certifi"),
    ("usr/local/lib/python3.11/site-packages/tornado/test/test.key", "python:tornado"),
    ("root/.ssh/id_rsa.pub", None),
    ("app/config.json", None),
    ("app/ca.pem", None),
    ("app/keyboard.py", None),
    ("app/jwt/public_key.pem", None),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "secrets-file"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "secrets-file"
