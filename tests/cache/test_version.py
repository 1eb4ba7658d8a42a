"""A change of the scanner makes all that it kept unknown."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import layerscope

PRINT = "from layerscope.cache.version import scanner_version; print(scanner_version())"


def test_a_changed_probe_is_another_scanner(tmp_path: Path) -> None:
    package = tmp_path / "layerscope"
    shutil.copytree(Path(layerscope.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    before = version(tmp_path)
    assert version(tmp_path) == before
    (package / "report/bar.py").write_text('"""Another one."""\n')
    assert version(tmp_path) == before
    with (package / "probes/elf.py").open("a") as module:
        module.write("\n# One more comment.\n")
    assert version(tmp_path) != before


def version(folder: Path) -> str:
    """What the copy of the package in a folder says."""
    environment = os.environ | {"PYTHONPATH": str(folder)}
    done = subprocess.run([sys.executable, "-c", PRINT], check=True, capture_output=True, env=environment, cwd=folder)
    return done.stdout.decode().strip()
