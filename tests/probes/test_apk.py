"""apk's database, by hand as its format says."""

import pytest

from layerscope.probes import apk
from layerscope.probes.apk import ApkPackage
from tests.probes.reading import mutants, read

PATH = "lib/apk/db/installed"
DATABASE = b"""C:Q1abc=
P:musl
V:1.2.5-r0
A:x86_64
S:407278
I:667648
T:the musl c library (libc) implementation
o:musl
D:so:x
p:so:libc.musl-x86_64.so.1=1
F:lib
R:ld-musl-x86_64.so.1
a:0:0:755
Z:Q1xyz=
R:libc.musl-x86_64.so.1
F:
R:top
M:0:0:755

P:empty
V:1

C:Q1def=
P:busybox
V:1.36.1-r29
A:x86_64
I:lots
F:bin
R:busybox
F:etc/network/if-up.d
R:dad
"""


def test_packages_and_paths() -> None:
    expected = (
        ApkPackage("musl", "1.2.5-r0", "x86_64", 667_648, b"lib/ld-musl-x86_64.so.1\nlib/libc.musl-x86_64.so.1\ntop"),
        ApkPackage("empty", "1", "", None, b""),
        ApkPackage("busybox", "1.36.1-r29", "x86_64", None, b"bin/busybox\netc/network/if-up.d/dad"),
    )
    assert read(apk.PROBES, PATH, DATABASE) == expected
    assert read(apk.PROBES, "usr/lib/apk/db/installed", DATABASE.strip()) == expected


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"no database", "names no package"),
        (b"P:a\nV:1\n\n" * 100_001, "over 100000 packages"),
        (b"P:a\nV:1\n" + b"R:a\n" * 4_000_000, "over 4000000 lines"),
        (b"P:a\nV:1\nF:" + b"f" * 4_096 + b"\nR:a\n", "too long"),
        (b"P:a\nV:1\nF:" + b"f" * 4_000 + b"\n" + b"R:a\n" * 20_000, "too long"),
    ],
)
def test_bounds(content: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read(apk.PROBES, PATH, content)


def test_mutants_are_read_or_refused() -> None:
    for content in mutants(DATABASE, 500):
        try:
            found = read(apk.PROBES, PATH, content)
        except ValueError:
            continue
        assert all(package.name and package.version for package in found)
