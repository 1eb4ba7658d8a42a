"""dpkg's files as dpkg itself and another parser read them; bounds."""

import shutil
import subprocess
from pathlib import Path

import pytest
from debian_inspector.debcon import get_paragraphs_data

from layerscope.probes import dpkg
from tests.probes.reading import mutants, read

STATUS = """Package: libc6
Status: install ok installed
Priority: optional
Section: libs
Installed-Size: 12988
Maintainer: Somebody <s@example.org>
Architecture: amd64
Multi-Arch: same
Version: 2.36-9+deb12u4
Replaces: libc6-amd64
Depends: libgcc-s1, libcrypt1 (>= 1:4.4.10-10~)
Recommends: libidn2-0 (>= 2.0.5~)
Description: GNU C Library
 continued, with Version: decoy
 .
 Depends: decoy
Conffiles:
 /etc/ld.so.conf.d/x86_64-linux-gnu.conf d4e7a7b88a71b5ffd9e2644e71a0cfab

Package: bash
Essential: yes
Status: hold ok installed
Priority: required
Section: shells
Installed-Size: 7164
Maintainer: Somebody <s@example.org>
Architecture: amd64
Version: 5.2.15-2+b2
Provides: awk,
 shell (= 1)
Pre-Depends: libc6 (>= 2.36)
Description: GNU Bourne Again SHell

Package: gone
Status: deinstall ok config-files
Maintainer: Somebody <s@example.org>
Architecture: all
Version: 1
Description: only its configuration is left
"""
FORMAT = "|".join(
    f"${{{name}}}"
    for name in (
        "Package", "Architecture", "Version", "Multi-Arch", "Installed-Size", "Depends", "Pre-Depends", "Recommends",
        "Provides", "Essential", "Priority", "Section", "db:Status-Status", "db:Status-Want",
    )
)  # fmt: skip
needs_dpkg = pytest.mark.skipif(shutil.which("dpkg-query") is None, reason="dpkg is the judge, and is not here")


def row(package: dpkg.DpkgPackage) -> list[str]:
    """One package as FORMAT has it."""
    return [
        package.name,
        package.architecture,
        package.version,
        package.multi_arch or "no",
        "" if package.installed_kib is None else str(package.installed_kib),
        package.depends,
        package.pre_depends,
        package.recommends,
        package.provides,
        "yes" if package.is_essential else "no",
        package.priority or "unknown",
        package.section,
        "installed" if package.is_installed else "config-files",
        "hold" if package.is_held else "install" if package.is_installed else "deinstall",
    ]


@needs_dpkg
def test_a_status_as_dpkg_reads_it(tmp_path: Path) -> None:
    (tmp_path / "status").write_text(STATUS)
    (tmp_path / "updates").mkdir()
    command = ["dpkg-query", f"--admindir={tmp_path}", "--show", f"--showformat={FORMAT}\\n"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    defaults = {3: "no", 9: "no", 10: "unknown"}
    shown = [
        [" ".join(word.split()) or defaults.get(place, "") for place, word in enumerate(line.split("|"))]
        for line in done.stdout.replace(",\n", ",").splitlines()
    ]
    read_here = read(dpkg.PROBES, "var/lib/dpkg/status", STATUS.encode())
    expected = [[word.replace(", ", ",") for word in row(package)] for package in read_here]
    assert sorted([word.replace(", ", ",") for word in line] for line in shown) == sorted(expected)


def test_a_status_as_another_parser_reads_it() -> None:
    expected = []
    for fields in get_paragraphs_data(STATUS):
        size = fields.get("installed-size")
        expected.append(
            dpkg.DpkgPackage(
                fields["package"],
                fields["architecture"],
                fields["version"],
                "config-files" not in fields["status"],
                fields.get("multi-arch", ""),
                int(size) if size else None,
                " ".join(fields.get("depends", "").split()),
                fields.get("pre-depends", ""),
                fields.get("recommends", ""),
                " ".join(fields.get("provides", "").split()),
                fields.get("essential") == "yes",
                fields["status"].startswith("hold"),
                fields.get("priority", ""),
                fields.get("section", ""),
            )
        )
    assert read(dpkg.PROBES, "var/lib/dpkg/status", STATUS.encode()) == tuple(expected)
    assert read(dpkg.PROBES, "var/lib/dpkg/status.d/x", STATUS.replace("\n", "\r\n").encode()) == tuple(expected)


def test_a_paragraph_without_status_is_installed() -> None:
    assert read(dpkg.PROBES, "var/lib/dpkg/status.d/tzdata", b"Package: tzdata\nVersion: 1\nProtected: yes\n") == (
        dpkg.DpkgPackage("tzdata", "", "1", is_essential=True),
    )


def test_file_lists() -> None:
    lists = {"var/lib/dpkg/info/libc6:amd64.list": b"/.\n/lib\n", "var/lib/dpkg/info/x.list": b""}
    assert [read(dpkg.PROBES, path, content) for path, content in lists.items()] == [
        dpkg.DpkgFileList("libc6", b"/.\n/lib\n"),
        dpkg.DpkgFileList("x", b""),
    ]


def test_checksums_as_md5sum_writes_them(tmp_path: Path) -> None:
    names = ["usr/lib/a", "usr/share/with  space", "b"]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    sums = subprocess.run(["md5sum", *names], check=True, capture_output=True, cwd=tmp_path).stdout
    expected = dpkg.DpkgFileList("base-files", "\n".join(names).encode())
    assert read(dpkg.PROBES, "var/lib/dpkg/status.d/base-files.md5sums", sums) == expected


@needs_dpkg
def test_diversions_as_dpkg_divert_writes_them(tmp_path: Path) -> None:
    for words in (
        ["--package", "dash", "--divert", "/bin/sh.distrib", "--add", "/bin/sh"],
        ["--local", "--divert", "/sbin/initctl.real", "--add", "/sbin/initctl"],
    ):
        command = ["dpkg-divert", f"--admindir={tmp_path}", "--quiet", "--no-rename", *words]
        subprocess.run(command, check=True, capture_output=True)
    found = read(dpkg.PROBES, "var/lib/dpkg/diversions", (tmp_path / "diversions").read_bytes())
    assert set(found) == {
        dpkg.Diversion(b"/bin/sh", b"/bin/sh.distrib", "dash"),
        dpkg.Diversion(b"/sbin/initctl", b"/sbin/initctl.real", ""),
    }


@pytest.mark.parametrize(
    ("path", "content", "reason"),
    [
        ("status", b"Version: 1\n\n" * 3, "names no package"),
        ("status", b"Package: a\nVersion: 1\n\n" * 100_001, "over 100000 packages"),
        ("status.d/a.md5sums", b"no sum\n", "no checksum"),
        ("info/a.list", b"/a\n" * 500_001, "over 500000 paths"),
        ("diversions", b"/a\n/b\n", "three lines"),
        ("diversions", b"/a\n/b\n:\n" * 10_001, "over 10000 diversions"),
    ],
)
def test_bounds(path: str, content: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read(dpkg.PROBES, f"var/lib/dpkg/{path}", content)


def test_mutants_are_read_or_refused() -> None:
    for content in mutants(STATUS.encode(), 500):
        try:
            found = read(dpkg.PROBES, "var/lib/dpkg/status", content)
        except ValueError:
            continue
        assert all(package.name and package.version for package in found)
