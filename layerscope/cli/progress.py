"""Progress on standard error: bars on a terminal, a line now and then elsewhere."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click

from layerscope.progress import Progress, SilentProgress
from layerscope.units import human_bytes, safe_text

_LINE_EVERY_SECONDS = 10.0


@contextmanager
def show_progress(*, is_quiet: bool) -> Iterator[Progress]:
    """Progress for the time of a run."""
    if is_quiet:
        yield SilentProgress()
    elif sys.stderr.isatty():
        from layerscope.cli.progress_bars import ProgressBars

        with ProgressBars() as bars:
            yield bars
    else:
        yield ProgressLines()


class ProgressLines:
    """A line when a stage begins to take long: what is read, how much and how fast."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._title = ""
        self._began = self._told = time.monotonic()
        self._count_bytes = 0
        self._total_bytes: int | None = 0

    def stage(self, title: str) -> None:
        """Begin counting anew."""
        with self._lock:
            self._title, self._count_bytes, self._total_bytes = title, 0, 0
            self._began = time.monotonic()

    def note(self, text: str) -> None:
        """Say it."""
        click.echo(f"layerscope: {safe_text(text)}", err=True)

    def layer(self, name: str, total_bytes: int | None) -> None:  # noqa: ARG002 - the protocol has it
        """Add to what is to be read."""
        with self._lock:
            if self._total_bytes is not None:
                self._total_bytes = None if total_bytes is None else self._total_bytes + total_bytes

    def advance(self, name: str, count_bytes: int) -> None:
        """Count, and say a line if the last one is some time ago."""
        with self._lock:
            self._count_bytes += count_bytes
            now = time.monotonic()
            if now - self._told < _LINE_EVERY_SECONDS:
                return
            self._told = now
            rate = self._count_bytes / max(now - self._began, 0.001)
            total = f" of {human_bytes(self._total_bytes)}" if self._total_bytes else ""
            click.echo(
                f"layerscope: {self._title}: {human_bytes(self._count_bytes)}{total}, "
                f"{human_bytes(round(rate))}/s, {safe_text(name)[:80]}",
                err=True,
            )

    def done(self, name: str) -> None:
        """Nothing to say."""
