"""What `os-generated` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("etc/ssl/certs/ca-certificates.crt", None),
    ("etc/ld.so.cache", None),
    ("etc/alternatives/vim", None),
    ("etc/passwd", None),
    ("usr/share/mime/mime.cache", None),
    ("var/cache/fontconfig/x.cache-7", None),
    ("var/cache/ldconfig/aux-cache", None),
    ("usr/lib/x86_64-linux-gnu/gconv/gconv-modules.cache", None),
    ("var/lib/systemd/x", None),
    ("usr/share/glib-2.0/schemas/gschemas.compiled", None),
    ("etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", None),
    ("usr/share/perl/x.elc", None),
]
IGNORES = [
    ("etc/vim/vimrc", "dpkg:vim"),
    ("app/etc/x", None),
    ("var/lib/apt/lists/x", None),
    ("srv/passwd", None),
    ("usr/bin/x", None),
    ("home/me/.emacs.d/x.elc", None),
    ("opt/conda/etc/x", None),
    ("usr/share/mime/x", "dpkg:x"),
    ("usr/share/mimetype.txt", None),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "os-generated"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "os-generated"
