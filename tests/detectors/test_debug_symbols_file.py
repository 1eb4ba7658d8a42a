"""What `debug-symbols-file` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("usr/lib/debug/.build-id/00/11.debug", "dpkg:libc6-dbg"),
    ("usr/lib/debug/x", None),
    ("app/lib/.debug/libx.so", None),
    ("opt/x/libx.so.debug", None),
    ("usr/x/y", "rpm:glibc-debuginfo"),
    ("usr/x/y", "apk:musl-dbg"),
]
IGNORES = [
    ("app/config.debug", None),
    ("app/debug/x.py", None),
    ("usr/lib/debugger/x", None),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "debug-symbols-file"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "debug-symbols-file"
