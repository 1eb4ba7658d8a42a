"""What apt installed by itself, as apt-mark shows it."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from layerscope.probes import apt_extended_states
from layerscope.probes.apt_extended_states import AutoInstalled
from tests.probes.reading import mutants, read

PATH = "var/lib/apt/extended_states"
STATES = b"""Package: libb
Architecture: amd64
Auto-Installed: 1

Package: tool
Architecture: amd64
Auto-Installed: 0

Package: liba
Architecture: amd64
Auto-Installed: 1
"""


def test_states() -> None:
    expected = (AutoInstalled("liba", "amd64"), AutoInstalled("libb", "amd64"))
    assert read(apt_extended_states.PROBES, PATH, STATES) == expected
    assert read(apt_extended_states.PROBES, PATH, STATES.replace(b"\n", b"\r\n")) == expected


@pytest.mark.skipif(shutil.which("apt-mark") is None, reason="apt is the judge, and is not here")
def test_states_as_apt_shows_them(tmp_path: Path) -> None:
    names = ("libb", "tool", "liba")
    paragraphs = (f"Package: {n}\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\n" for n in names)
    (tmp_path / "status").write_text("\n".join(paragraphs))
    (tmp_path / "extended_states").write_bytes(STATES)
    (tmp_path / "apt.conf").write_text(
        f'Dir::State "{tmp_path}"; Dir::State::status "{tmp_path}/status"; Dir::Cache "{tmp_path}/cache";'
        f'Dir::Etc "{tmp_path}/etc"; APT::Architecture "amd64"; APT::Architectures {{ "amd64"; }};'
    )
    environment = {"APT_CONFIG": str(tmp_path / "apt.conf"), "PATH": os.environ["PATH"]}
    done = subprocess.run(["apt-mark", "showauto"], check=True, capture_output=True, text=True, env=environment)
    found = read(apt_extended_states.PROBES, PATH, STATES)
    assert [state.name for state in found] == sorted(done.stdout.split()) == ["liba", "libb"]


def test_bounds() -> None:
    many = b"".join(b"Package: p%d\nAuto-Installed: 1\n\n" % number for number in range(100_001))
    with pytest.raises(ValueError, match="over 100000 packages"):
        read(apt_extended_states.PROBES, PATH, many)


def test_mutants_are_read_or_refused() -> None:
    for content in mutants(STATES, 500):
        try:
            found = read(apt_extended_states.PROBES, PATH, content)
        except ValueError:
            continue
        assert all(state.name for state in found)
