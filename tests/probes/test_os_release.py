"""os-release files, held against the shell that such files are written for."""

import shutil
import subprocess

import pytest

from layerscope.probes import os_release
from layerscope.probes.os_release import OsRelease
from tests.probes.reading import mutants, read

NAMES = ("ID", "VERSION_ID", "ID_LIKE", "VERSION_CODENAME", "PRETTY_NAME")
UBUNTU = b"""PRETTY_NAME="Ubuntu 22.04.4 LTS"
NAME="Ubuntu"
VERSION_ID="22.04"
VERSION="22.04.4 LTS (Jammy Jellyfish)"
VERSION_CODENAME=jammy
ID=ubuntu
ID_LIKE=debian
HOME_URL="https://www.ubuntu.com/"
"""
ROCKY = b"""NAME="Rocky Linux"
VERSION="9.3 (Blue Onyx)"
ID="rocky"
ID_LIKE="rhel centos fedora"
VERSION_ID="9.3"
PRETTY_NAME="Rocky Linux 9.3 (Blue Onyx)"
"""
ODD = b"""# a comment
ID='odd'
VERSION_ID=
PRETTY_NAME="a \\"quoted\\" \\$name, \\\\ and \xc3\xa4"
ID=later
ID_LIKE=one\\ two
"""


@pytest.mark.parametrize("content", [UBUNTU, ROCKY, ODD], ids=["ubuntu", "rocky", "odd"])
def test_as_the_shell_reads_it(content, tmp_path):
    (tmp_path / "os-release").write_bytes(content)
    shell = shutil.which("sh")
    assert shell
    script = ". ./os-release; printf '%s\\n' " + " ".join('"$' + name + '"' for name in NAMES)
    done = subprocess.run([shell, "-c", script], cwd=tmp_path, env={}, capture_output=True, check=True)
    expected = OsRelease(*done.stdout.decode().split("\n")[:-1])
    assert read(os_release.PROBES, "usr/lib/os-release", content) == expected
    assert read(os_release.PROBES, "etc/os-release", content) == expected


def test_a_system_without_an_id_is_linux():
    assert read(os_release.PROBES, "etc/os-release", b"PRETTY_NAME=Mine\n") == OsRelease("linux", "", "", "", "Mine")


@pytest.mark.parametrize("content", [b"", b"NAME=only\n", b"\x7fELF\0\0", b"ID=a\0b\n"])
def test_no_os_release(content):
    with pytest.raises(ValueError, match=r"it is no text|it names no operating system"):
        read(os_release.PROBES, "etc/os-release", content)


def test_long_values_are_cut():
    assert len(read(os_release.PROBES, "etc/os-release", b"ID=" + b"x" * 60_000).id) == 256


def test_damaged_content_raises_nothing_else():
    for content in mutants(UBUNTU, 500):
        try:
            found = read(os_release.PROBES, "etc/os-release", content)
        except ValueError:
            continue
        assert isinstance(found, OsRelease)
