"""The command as people start it: a process of its own."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.cli.warm import STARTING, TIMEOUT_S, warm

SAMPLES = Path(__file__).parents[2] / "sample_images"
NO_ENGINE = {"DOCKER_HOST": "unix:///nonexistent/docker.sock", "XDG_RUNTIME_DIR": "/nonexistent"}


def layerscope(
    *arguments: str, stdin: bytes = b"", env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run `python -m layerscope`; without an engine unless `env` says otherwise, and here unless `cwd` does."""
    run = started if any(name.startswith(STARTING) for name in env or {}) else warm
    return run(arguments, stdin, os.environ | NO_ENGINE | dict(env or {}), cwd)


def started(
    arguments: Sequence[str], stdin: bytes, environment: Mapping[str, str], cwd: Path | None
) -> subprocess.CompletedProcess[bytes]:
    """Start Python with it, which takes long."""
    return subprocess.run(
        [sys.executable, "-m", "layerscope", *arguments],
        check=False,
        input=stdin,
        capture_output=True,
        env=environment,
        cwd=cwd,
        timeout=TIMEOUT_S,
    )


def wait_for_the_handler(process: subprocess.Popen[bytes]) -> None:
    """Wait until the command minds signals; before that they meet the interpreter, which has its own ways."""
    while process.poll() is None:
        caught = re.search(r"SigCgt:\s*(\w+)", Path(f"/proc/{process.pid}/status").read_text())
        if caught and int(caught[1], 16) & 1 << signal.SIGTERM - 1:
            return
        time.sleep(0.005)
