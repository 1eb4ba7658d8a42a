"""Compilers and linkers."""

from layerscope.detectors.detector import Detector, Group
from layerscope.detectors.lists import owned

_DEBIAN = (
    "g++*",
    "cpp",
    "cpp-*",
    "gfortran*",
    "libgcc-*-dev",
    "libstdc++-*-dev",
    "libgfortran-*-dev",
    "libasan*",
    "libtsan*",
    "liblsan*",
    "libubsan*",
    "libhwasan*",
    "libcc1-*",
    "libbinutils",
    "libgprofng*",
    "libctf*",
    "libclang-*-dev",
    "libclang-common-*",
    "llvm-*",
    "lld*",
    "golang-go",
    "golang-src",
)
_COMMON = (
    "gcc",
    "g++",
    "gcc-*",
    "clang*",
    "llvm",
    "llvm1*",
    "binutils*",
    "rust",
    "rustc*",
    "cargo*",
    "golang",
    "golang-1*",
    "go",
)
_CONDA = (
    "gcc*",
    "gxx*",
    "gfortran*",
    "binutils*",
    "ld_impl_*",
    "clang*",
    "sysroot_*",
    "libgcc-devel*",
    "libstdcxx-devel*",
)

DETECTOR = Detector(
    id="compiler",
    title="compilers",
    group=Group.BUILD,
    directories=(
        "usr/lib/gcc",
        "usr/libexec/gcc",
        "usr/lib64/gcc",
        "opt/rh/gcc-toolset-*",
        "usr/local/go",
        "usr/local/rustup",
        "**/.rustup/toolchains",
    ),
    packages=(
        *owned(["dpkg"], _DEBIAN),
        *owned(["dpkg", "rpm", "apk"], _COMMON),
        *owned(["rpm"], ["cpp", "libstdc++-devel", "libasan*", "libubsan*", "annobin*", "lld*"]),
        *owned(["conda"], _CONDA),
    ),
    why="Compilers are there for building; torch.compile and Triton need a C compiler at run time.",
    fix="Build in a stage of its own and copy the result, or purge them in the RUN that installs them.",
)
