"""Progress on a terminal: a bar for each blob that is being read."""

import threading
from types import TracebackType
from typing import Self

from rich import progress as bars
from rich.console import Console
from rich.text import Text

from layerscope.units import safe_text

_NAME_CELLS = 40


class ProgressBars:
    """Bars with bytes, rate and time left; they vanish when the run is over."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tasks: dict[str, bars.TaskID] = {}
        self._stage: bars.TaskID | None = None
        self._bars = bars.Progress(
            bars.SpinnerColumn(),
            bars.TextColumn("{task.description}", markup=False),
            bars.BarColumn(bar_width=24),
            bars.DownloadColumn(),
            bars.TransferSpeedColumn(),
            bars.TimeRemainingColumn(),
            console=Console(stderr=True, markup=False, highlight=False, emoji=False),
            transient=True,
        )

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def stage(self, title: str) -> None:
        """Replace the line that says what is going on."""
        with self._lock:
            for task in self._tasks.values():
                self._bars.remove_task(task)
            self._tasks.clear()
            if self._stage is not None:
                self._bars.remove_task(self._stage)
            self._stage = self._bars.add_task(safe_text(title)[:_NAME_CELLS], total=None)

    def note(self, text: str) -> None:
        """Say it above the bars."""
        self._bars.console.print(f"layerscope: {safe_text(text)}", soft_wrap=True)

    def layer(self, name: str, total_bytes: int | None) -> None:
        """Show a bar for a blob."""
        short = Text(safe_text(name))
        short.truncate(_NAME_CELLS, overflow="ellipsis")
        with self._lock:
            self._tasks[name] = self._bars.add_task(f"  {short.plain}", total=total_bytes)

    def advance(self, name: str, count_bytes: int) -> None:
        """Move a bar."""
        with self._lock:
            if name in self._tasks:
                self._bars.advance(self._tasks[name], count_bytes)
            if self._stage is not None:
                self._bars.advance(self._stage, count_bytes)

    def done(self, name: str) -> None:
        """Take a bar away."""
        with self._lock:
            if name in self._tasks:
                self._bars.remove_task(self._tasks.pop(name))
