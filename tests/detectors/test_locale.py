"""What `locale` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("usr/share/locale/de/LC_MESSAGES/bash.mo", "dpkg:bash"),
    ("usr/lib/locale/locale-archive", None),
    ("usr/share/i18n/locales/de_DE", "dpkg:locales"),
    ("usr/x/y", "rpm:glibc-all-langpacks"),
    ("opt/conda/share/locale/de/x.mo", "conda:gettext"),
]
IGNORES = [
    ("app/locale/de/x.po", None),
    ("usr/share/locales/x", None),
    ("usr/local/lib/python3.11/site-packages/django/conf/locale/de/x.mo", "python:Django"),
    ("usr/bin/x", "dpkg:localepurge"),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "locale"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "locale"
