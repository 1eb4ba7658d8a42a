"""Presses keys in a terminal of the kernel's own and waits for what the program draws."""

import contextlib
import os
import pty
import select
import struct
import termios
import time
from collections.abc import Sequence
from fcntl import ioctl

COLUMNS, LINES = 140, 40
_ANSWER_S = 2.0
_QUIET_S = 0.3
_PATIENCE_S = 120.0

# What is pressed, from the Overview on; each key by the bytes that a terminal sends.
WAY = (
    ("2", b"2"),
    ("2: down", b"\x1b[B"),
    ("2: up", b"\x1b[A"),
    ("2: last", b"G"),
    ("2: up to here", b"t"),
    ("2: to the tree", b"\t"),
    ("2: open", b"l"),
    ("2: open", b"j"),
    ("2: open", b"l"),
    ("3", b"3"),
    ("3: enter", b"l"),
    ("3: enter", b"l"),
    ("3: sort", b"n"),
    ("3: filter", b"/"),
    ("3: filter, a letter", b"m"),
    ("3: filter, a letter", b"o"),
    ("3: filter, a letter", b"d"),
    ("3: filter dropped", b"\x1b"),
    ("4", b"4"),
    ("4: down", b"\x1b[B"),
    ("5", b"5"),
    ("6", b"6"),
    ("6: down", b"\x1b[B"),
    ("7", b"7"),
    ("8", b"8"),
    ("8: tick", b" "),
    ("1", b"1"),
)


def press_keys(command: Sequence[str], way: Sequence[tuple[str, bytes]] = WAY) -> list[tuple[str, float | None]]:
    """The seconds from each key to the last byte that it made the program draw; None where it drew nothing."""
    process, terminal = _start(command)
    try:
        _wait_for(terminal, b"Overview")
        _drain(terminal, 1.0)
        return [(name, _press(terminal, key)) for name, key in way]
    finally:
        os.write(terminal, b"q")
        with contextlib.suppress(OSError):
            _drain(terminal, 0.5)
        os.close(terminal)
        os.waitpid(process, 0)


def _start(command: Sequence[str]) -> tuple[int, int]:
    process, terminal = pty.fork()
    if process == 0:
        environment = {name: value for name, value in os.environ.items() if name not in {"CI", "NO_COLOR"}}
        os.execvpe(command[0], list(command), environment | {"TERM": "xterm-256color", "COLORTERM": "truecolor"})
    ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    return process, terminal


def _press(terminal: int, key: bytes) -> float | None:
    began_s = time.perf_counter()
    os.write(terminal, key)
    if not select.select([terminal], [], [], _ANSWER_S)[0]:
        return None
    return _drain(terminal, _QUIET_S) - began_s


def _drain(terminal: int, quiet_s: float) -> float:
    """Read until nothing comes for a while; returns when the last byte came."""
    last_s = time.perf_counter()
    while select.select([terminal], [], [], quiet_s)[0] and os.read(terminal, 1 << 16):
        last_s = time.perf_counter()
    return last_s


def _wait_for(terminal: int, text: bytes) -> None:
    shown, end_s = b"", time.perf_counter() + _PATIENCE_S
    while text not in shown:
        if not select.select([terminal], [], [], max(0.0, end_s - time.perf_counter()))[0]:
            raise TimeoutError(f"{text!r} was not drawn within {_PATIENCE_S:.0f} s")
        shown = shown[-len(text) :] + os.read(terminal, 1 << 16)
