"""What `compiler` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("usr/bin/x86_64-linux-gnu-gcc-12", "dpkg:gcc-12"),
    ("usr/libexec/gcc/x/12/cc1plus", "dpkg:g++-12"),
    ("usr/bin/ld.bfd", "dpkg:binutils-x86-64-linux-gnu"),
    ("usr/bin/gcc", "rpm:gcc"),
    ("usr/bin/clang-14", "dpkg:clang-14"),
    ("opt/conda/bin/x", "conda:gcc_impl_linux-64"),
    ("usr/lib/gcc/x86_64-linux-gnu/12/libgcc.a", None),
    ("usr/local/go/bin/go", None),
    ("root/.rustup/toolchains/stable/lib/x.so", None),
    ("usr/bin/rustc", "apk:rust"),
    ("usr/lib/go-1.19/bin/go", "dpkg:golang-1.19-go"),
    ("usr/lib/x86_64-linux-gnu/libasan.so.8.0.0", "dpkg:libasan8"),
]
IGNORES = [
    ("usr/lib/x86_64-linux-gnu/libstdc++.so.6", "dpkg:libstdc++6"),
    ("usr/lib/x86_64-linux-gnu/libgcc_s.so.1", "dpkg:libgcc-s1"),
    ("usr/lib/x86_64-linux-gnu/libLLVM-14.so.1", "dpkg:libllvm14"),
    ("app/gcc/x", None),
    ("usr/share/x", "dpkg:golang-github-containers-common"),
    ("usr/include/stdio.h", "dpkg:libc6-dev"),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "compiler"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "compiler"
