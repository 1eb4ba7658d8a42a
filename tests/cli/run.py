"""The command as people start it: a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

SAMPLES = Path(__file__).parents[2] / "sample_images"
NO_ENGINE = {"DOCKER_HOST": "unix:///nonexistent/docker.sock", "XDG_RUNTIME_DIR": "/nonexistent"}


def layerscope(
    *arguments: str, stdin: bytes = b"", env: dict[str, str] | None = None, cwd: Path | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run `python -m layerscope`; without an engine unless `env` says otherwise, and here unless `cwd` does."""
    return subprocess.run(
        [sys.executable, "-m", "layerscope", *arguments],
        check=False,
        input=stdin,
        capture_output=True,
        env=os.environ | NO_ENGINE | (env or {}),
        cwd=cwd,
        timeout=60,
    )
