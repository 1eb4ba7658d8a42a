"""Shells on a terminal of their own, into which a test types."""

import os
import pty
import select
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.run import NO_ENGINE
from tests.conftest import ENGINE_IS_REQUIRED

ROOT = Path(__file__).parents[2]
WAIT_S = 60


def shell(name: str) -> str:
    """Return where a shell is; without it the test is skipped, and fails where all tools are required."""
    path = shutil.which(name)
    if path is None:
        (pytest.fail if ENGINE_IS_REQUIRED else pytest.skip)(f"{name} is not installed")
    return path


def environment(folder: Path) -> dict[str, str]:
    """Put a `layerscope` of this checkout into a folder, and return an environment that finds it."""
    program = folder / "layerscope"
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m layerscope "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    # Tools of the tests stand beside the interpreter, whether or not its environment is activated.
    tools = Path(sys.executable).parent
    paths = {"PATH": f"{folder}:{tools}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "HOME": str(folder)}
    return os.environ | NO_ENGINE | paths | {"TERM": "dumb", "PS1": "", "INPUTRC": "/dev/null"}


class Typed:
    """A shell on a terminal."""

    def __init__(self, arguments: list[str], folder: Path) -> None:
        self._shown = b""
        self._terminal, inner = pty.openpty()
        # Not pty.fork(), of which Python warns where other threads run, as they do where tests are spread.
        command = ["setsid", "--ctty", *arguments]
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=environment(folder), stdin=inner, stdout=inner, stderr=inner
        )
        os.close(inner)

    def type(self, text: str) -> None:
        """Press keys."""
        os.write(self._terminal, text.encode())

    def wait_for(self, mark: str) -> str:
        """Read until the shell shows a mark, and return what it showed since the last one; else the test fails."""
        deadline = time.monotonic() + WAIT_S
        while mark.encode() not in self._shown:
            ready, _, _ = select.select([self._terminal], [], [], max(deadline - time.monotonic(), 0))
            if not ready:
                pytest.fail(f"the shell does not show {mark!r}: {self._shown!r}")
            self._shown += os.read(self._terminal, 65_536)
        before, found, self._shown = self._shown.partition(mark.encode())
        return (before + found).decode(errors="replace")

    def close(self) -> None:
        """End the shell."""
        self._process.kill()
        self._process.wait()
        os.close(self._terminal)
