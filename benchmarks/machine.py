"""Facts about the machine and the tools, without which a figure says nothing."""

import os
import platform
import subprocess
import sys
import time
from importlib import metadata
from pathlib import Path

from benchmarks import commands
from benchmarks.measure import say

_PACKAGES = ("blake3", "isal", "numpy", "backports.zstd")
_WAIT_SECONDS = 5.0


def machine_facts() -> dict[str, object]:
    """What the figures were taken on."""
    return {
        "cpu": _first("/proc/cpuinfo", "model name"),
        "cores": os.cpu_count(),
        "memory": _first("/proc/meminfo", "MemTotal"),
        "kernel": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "tools": {"dive": _tool_version(commands.dive("")), "syft": _tool_version(commands.syft(Path()))}
        | {name: _version(name) for name in _PACKAGES}
        | {"layerscope": _layerscope()},
    }


def load_average() -> float:
    """Of the last minute."""
    return os.getloadavg()[0]


def wait_until_quiet(load_limit: float, patience_seconds: float) -> float:
    """Wait for the load average to fall below a limit, not for ever; returns what it is then."""
    deadline = time.monotonic() + patience_seconds
    while load_average() > load_limit and time.monotonic() < deadline:
        say(f"waiting: load average {load_average():.2f} is over {load_limit:.2f}")
        time.sleep(_WAIT_SECONDS)
    return load_average()


def _first(path: str, key: str) -> str:
    for line in Path(path).read_text(encoding="ascii", errors="replace").splitlines():
        if line.startswith(key):
            return line.partition(":")[2].strip()
    return "unknown"


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _layerscope() -> str:
    command = [sys.executable, "-m", "layerscope", "--version"]
    return subprocess.run(command, cwd=commands.HERE.parent, check=True, capture_output=True, text=True).stdout.strip()


def _tool_version(command: list[str] | None) -> str | None:
    if command is None:
        return None
    return subprocess.run([command[0], "--version"], check=True, capture_output=True, text=True).stdout.strip()
