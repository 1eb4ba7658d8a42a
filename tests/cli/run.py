"""The command as people start it: a process of its own."""

import os
import subprocess
import sys
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
