"""That plain images have no findings about their files."""

import sys
from importlib.metadata import distribution
from pathlib import Path

from tests.findings.cases import findings_of
from tests.images import file, symlink

SITE = f"app/.venv/lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"


def installed(name: str):
    """A real distribution with its RECORD, as it lies in an environment."""
    paths = [path for path in distribution(name).files or () if ".." not in path.parts and path.suffix != ".pyc"]
    return [file(f"{SITE}/{path}", Path(str(path.locate())).read_bytes()) for path in paths]


def about_files(findings):
    return [(finding.rule.id, finding.rows) for finding in findings if finding.rows]


def test_a_plain_environment_has_none():
    items = [file("app/.venv/pyvenv.cfg", b"home = /usr/bin\n"), symlink("app/.venv/bin/python", "/usr/bin/python3")]
    items += [item for name in ("click", "humanize", "rich") for item in installed(name)]
    steps = ["ADD rootfs.tar.xz / # buildkit", "COPY /app/.venv /app/.venv # buildkit"]
    assert not about_files(findings_of([[file("etc/os-release", b"ID=debian\n")], items], history=steps))


def test_a_slim_distribution_with_python_has_none():
    libraries = "usr/lib/x86_64-linux-gnu"
    system = [
        file(f"{libraries}/libc.so.6", b"c" * 2_000_000),
        file("usr/lib/locale/C.utf8/LC_CTYPE", b"l" * 360_000),
        file("usr/share/doc/libc6/copyright", b"d" * 30_000),
        file("usr/share/doc/gcc-14-base/copyright", b"g" * 90_000),
        file("var/lib/dpkg/status-old", b"s" * 80_000),
        file("var/lib/apt/lists/lock"),
        file("var/log/dpkg.log", b"w" * 150_000),
        file("var/cache/debconf/templates.dat", b"t" * 1_200_000),
    ]
    python = [
        file("usr/local/lib/libpython3.12.so.1.0", b"p" * 5_000_000),
        file("usr/local/include/python3.12/Python.h", b"h" * 1_100_000),
        file("usr/local/lib/python3.12/ensurepip/_bundled/pip-24.0-py3-none-any.whl", b"b" * 2_000_000),
        file("usr/local/lib/python3.12/test/support/__init__.py", b"u" * 80_000),
        file("var/cache/debconf/templates.dat", b"n" * 1_300_000),
        file("var/log/dpkg.log", b"w" * 300_000),
    ]
    assert not about_files(findings_of([system, python], base_count=1))
