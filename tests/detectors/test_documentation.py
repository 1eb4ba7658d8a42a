"""What `documentation` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("usr/share/doc/vim/README", "dpkg:vim"),
    ("usr/share/man/man1/vim.1.gz", None),
    ("usr/share/info/gcc.info.gz", None),
    ("usr/local/man/man1/x.1", None),
    ("opt/conda/share/man/man1/x.1", "conda:x"),
    ("usr/share/gtk-doc/html/x", None),
]
IGNORES = [
    ("usr/share/documents/x", None),
    ("app/doc/x", None),
    ("app/man/x", None),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "documentation"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "documentation"
