"""The commands that are measured against one another."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def layerscope(archive: Path) -> list[str]:
    """`layerscope analyze ARCHIVE`, its text report going to a file as dive's, and nothing known before."""
    return [sys.executable, "-m", "layerscope", "analyze", str(archive.resolve()), "--no-cache"]


def layerscope_engine(name: str, *options: str) -> list[str]:
    """`layerscope analyze docker:NAME` of an image that the engine has."""
    return [sys.executable, "-m", "layerscope", "analyze", f"docker:{name}", "--pull=never", "--no-cache", *options]


def bare_save(name: str) -> list[str]:
    """`docker save NAME` to nowhere: the bare limit for whoever goes through the engine's API."""
    return ["sh", "-c", 'exec docker save "$0" > /dev/null', name]


def bare_inflate(archive: Path) -> list[str]:
    """The bare limit for compressed layers, in gzip or in zstd."""
    return [sys.executable, str(HERE / "bare_inflate.py"), str(archive.resolve())]


def scan_only(archive: Path, probes: str) -> list[str]:
    """Scanning alone, with a group of probes."""
    return [sys.executable, str(HERE / "scan_only.py"), str(archive.resolve()), "--probes", probes]


def start_screens(archive: Path) -> dict[str, float]:
    """Open every screen once, in a process of its own; returns its figures."""
    command = [sys.executable, str(HERE / "screens.py"), str(archive.resolve())]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def dive(image: str, source: str = "docker-archive") -> list[str] | None:
    """dive without its screen and with rules that always pass; None where it is not installed."""
    found = _find("dive")
    if found is None:
        return None
    rules = ["--lowestEfficiency", "0", "--highestUserWastedPercent", "disabled"]
    return [found, "--ci", *rules, "--source", source, image]


def syft(image: Path) -> list[str] | None:
    """syft's list of all packages of an OCI archive or layout; None where it is not installed.

    It takes no archive with a blob over 2 GiB.
    """
    found = _find("syft")
    kind = "oci-dir" if image.is_dir() else "oci-archive"
    return [found, "scan", f"{kind}:{image.resolve()}", "--quiet", "--output", "json"] if found else None


def _find(name: str) -> str | None:
    beside = Path(sys.executable).parent / name
    return str(beside) if beside.exists() else shutil.which(name)
