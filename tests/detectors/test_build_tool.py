"""What `build-tool` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("usr/bin/make", "dpkg:make"),
    ("usr/bin/git", "dpkg:git"),
    ("usr/share/vim/vim90/x.vim", "dpkg:vim-runtime"),
    ("usr/bin/gdb", "rpm:gdb"),
    ("usr/bin/cmake", "apk:cmake"),
    ("opt/conda/bin/make", "conda:make"),
    ("usr/local/bin/cmake", None),
    ("usr/local/share/cmake-3.29/Modules/x.cmake", None),
    ("usr/bin/strace", "dpkg:strace"),
    ("usr/bin/x", "dpkg:dpkg-dev"),
]
IGNORES = [
    ("usr/bin/perl", "dpkg:perl-base"),
    ("usr/local/lib/python3.11/site-packages/git/x.py", "python:GitPython"),
    ("usr/bin/makeinfo", "dpkg:texinfo"),
    ("app/make", None),
    ("usr/local/bin/gitlab-run", None),
    ("usr/lib/libgit2.so", "dpkg:libgit2-1.5"),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "build-tool"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "build-tool"
