"""The command in a real terminal: tmux draws what it writes, and types the keys."""

import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.run import layerscope

if shutil.which("tmux") is None:
    pytest.skip("tmux is not installed", allow_module_level=True)

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "sample_images/naive-devel.docker.tar"
PATIENCE_S = 30.0


class Terminal:
    """A tmux server of its own with one window of 80 by 24."""

    def __init__(self, folder: Path) -> None:
        self._socket = folder / "tmux"

    def tmux(self, *arguments: str) -> str:
        done = subprocess.run(
            ["tmux", "-S", self._socket, "-f", "/dev/null", *arguments], check=True, capture_output=True, text=True
        )
        return done.stdout

    def start(self, *arguments: str, environment: str = "") -> None:
        command = shlex.join([sys.executable, "-m", "layerscope", *arguments])
        shell = f"cd {shlex.quote(str(ROOT))}; {environment} {command}; echo status=$?; sleep {PATIENCE_S}"
        self.tmux("new-session", "-d", "-x", "80", "-y", "24", f"env -u CI -u NO_COLOR sh -c {shlex.quote(shell)}")

    def press(self, *keys: str) -> None:
        self.tmux("send-keys", *keys)

    def screen(self) -> str:
        return self.tmux("capture-pane", "-p")

    def wait_for(self, text: str) -> str:
        """What the terminal shows once it shows this."""
        end_s = time.monotonic() + PATIENCE_S
        while text not in (shown := self.screen()):
            assert time.monotonic() < end_s, f"{text!r} did not come up in:\n{shown}"
            time.sleep(0.05)
        return shown


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    window = Terminal(tmp_path)
    yield window
    subprocess.run(["tmux", "-S", tmp_path / "tmux", "kill-server"], check=False, capture_output=True)


def test_the_command_opens_screens_and_ends_with_zero(terminal: Terminal) -> None:
    terminal.start("analyze", str(SAMPLE))
    terminal.wait_for("1 Overview")
    terminal.press("2")
    terminal.wait_for("layer 13  183.7 kB stored")
    terminal.wait_for("RUN pip install")
    terminal.press("3", "Enter")
    assert "local/" in terminal.wait_for("/usr  ")
    terminal.press("q")
    assert "status=0" in terminal.wait_for("status=")


def test_escape_is_told_from_keys_that_begin_with_it_and_from_letters_of_several_bytes(terminal: Terminal) -> None:
    terminal.start("analyze", str(SAMPLE))
    terminal.wait_for("1 Overview")
    terminal.press("3", "/")
    terminal.wait_for("text, *.so")
    terminal.press("é")
    terminal.wait_for("Nothing here matches.")
    terminal.press("Escape")
    terminal.wait_for("usr/")
    terminal.press("F1")
    terminal.wait_for("All keys of this screen")
    terminal.press("Escape", "Down", "y")
    terminal.wait_for("Copied: /")
    # No text in UTF-8.
    terminal.tmux("send-keys", "-H", "ff", "fe")
    terminal.press("q")
    assert "status=0" in terminal.wait_for("status=")


def test_a_saved_analysis_opens_the_same_screens(terminal: Terminal, tmp_path: Path) -> None:
    saved = str(tmp_path / "naive.lsa")
    assert layerscope("analyze", str(SAMPLE), "--save", saved).returncode == 0
    terminal.start("tui", saved)
    terminal.wait_for("1 Overview")
    terminal.press("2")
    terminal.wait_for("layer 13  183.7 kB stored")
    terminal.wait_for("RUN pip install")
    terminal.press("q")
    assert "status=0" in terminal.wait_for("status=")


def test_a_damaged_saved_analysis_is_told_after_the_screens(terminal: Terminal, tmp_path: Path) -> None:
    saved = tmp_path / "damaged.lsa"
    saved.write_bytes(b"layerscope-analysis 1\n")
    terminal.start("tui", str(saved))
    shown = terminal.wait_for("status=")
    assert "is damaged" in shown.replace("\n", "")
    assert "status=3" in shown


def test_ctrl_c_ends_it_too(terminal: Terminal) -> None:
    terminal.start("analyze", str(SAMPLE))
    terminal.wait_for("1 Overview")
    terminal.press("C-c")
    assert "status=0" in terminal.wait_for("status=")


def test_a_scan_is_cancelled_and_the_terminal_given_back(terminal: Terminal, tmp_path: Path) -> None:
    # Nobody ever writes into this pipe, so that the scan waits.
    os.mkfifo(tmp_path / "slow.tar")
    terminal.start("analyze", str(tmp_path / "slow.tar"))
    terminal.wait_for("Looking for the image.")
    terminal.press("q")
    shown = terminal.wait_for("status=")
    assert "layerscope: interrupted" in shown
    assert "status=130" in shown


def test_an_error_is_told_after_the_screens(terminal: Terminal) -> None:
    terminal.start("analyze", "missing.tar")
    shown = terminal.wait_for("status=")
    assert "There is no file" in shown
    assert "status=3" in shown


@pytest.mark.parametrize(
    ("arguments", "environment"),
    [(["--plain"], ""), ([], "CI=1"), ([], "TERM=dumb")],
    ids=["plain", "ci", "dumb"],
)
def test_text_is_printed_where_screens_are_not_wanted(
    terminal: Terminal, arguments: list[str], environment: str
) -> None:
    terminal.start("analyze", "--quiet", str(SAMPLE), *arguments, environment=environment)
    shown = terminal.wait_for("status=")
    assert "1 Overview" not in shown
    assert "status=0" in shown


def test_a_file_that_holds_no_analysis_is_an_error(terminal: Terminal) -> None:
    terminal.start("tui", "README.md")
    assert "status=3" in terminal.wait_for("status=")


def test_reports_are_written_beside_the_screens(terminal: Terminal, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    terminal.start("analyze", str(SAMPLE), "--json", str(report))
    terminal.wait_for("1 Overview")
    assert report.stat().st_size > 1_000
    terminal.press("q")
    terminal.wait_for("status=0")
