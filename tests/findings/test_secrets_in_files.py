"""What the rule `secrets-in-files` finds and what it leaves alone."""

import pytest

from layerscope.probes import PROBES, secrets
from tests.findings.cases import findings_of, only
from tests.images import file, whiteout

PEM = b"-----BEGIN " + b"RSA PRIVATE KEY-----\nMIIEow\n"


@pytest.fixture(autouse=True)
def _with_probe(monkeypatch):
    others = tuple(probe for probe in PROBES if probe not in secrets.PROBES)
    monkeypatch.setattr("tests.findings.cases.PROBES", (*others, *secrets.PROBES))


def found(*layers, **more):
    return only(findings_of(layers, **more), "secrets-in-files")


def test_finds():
    [finding] = found([file("root/.ssh/id_rsa", PEM)])
    assert (finding.reclaimable_bytes, finding.evidence) == (len(PEM), ("/root/.ssh/id_rsa: private key",))


def test_a_deleted_one_is_still_shipped():
    [finding] = found([file("app/.env", b"DB_PASSWORD=hunter2x\n")], [whiteout("app/.env")])
    assert finding.evidence == ("/app/.env: variables that look like secrets; gone in layer 1, and still in layer 0",)
    assert (finding.layers, finding.who_can_fix) == ((0,), "image")
    assert "hunter2x" not in repr(finding)


def test_the_bases_is_the_bases():
    [finding] = found([file("etc/ssl/private/x.key", PEM)], [file("app", b"x")], base_count=1)
    assert finding.who_can_fix == "base"


@pytest.mark.parametrize(
    "path",
    [
        "usr/lib/python3/dist-packages/twisted/test/server.pem",
        "opt/venv/lib/python3.11/site-packages/tornado/test/test.key",
        "etc/ssl/private/ssl-cert-snakeoil.key",
        "usr/share/doc/openssl/examples/key.pem",
        "root/.ssh/id_rsa.pub",
    ],
)
def test_leaves_public_ones_alone(path):
    assert not found([file(path, PEM)])


def test_no_path_is_too_long_to_be_looked_at():
    [finding] = found([file("usr/share/doc/" + "x" * 5_000 + "/demo.key", PEM)])
    assert finding.rows == (0,)


def test_leaves_a_packages_alone():
    assert not found([file("srv/demo/demo.key", PEM)], owned={"srv/demo/demo.key": "dpkg:demo"})


def test_leaves_a_certificate_alone():
    assert not found([file("etc/ssl/certs/ca.pem", b"-----BEGIN CERTIFICATE-----\n")])
