"""The report on standard output, which is the report's alone."""

import os
import sys
from collections.abc import Callable
from functools import partial

from rich.console import Console

from layerscope.analysis import Analysis
from layerscope.report.console import print_report
from layerscope.report.text import without_padding

_PIPED_COLUMNS = 120


def show_report(analysis: Analysis, *, is_plain: bool) -> None:
    """Print the text report."""
    show(partial(print_report, analysis, is_plain=is_plain), is_plain=is_plain)


def show(draw: Callable[[Console], None], *, is_plain: bool) -> None:
    """Print what somebody draws, as wide as the terminal or 120 columns; what cannot be encoded is escaped."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
    console = _console(is_plain=is_plain)
    with console.capture() as captured:
        draw(console)
    sys.stdout.write(without_padding(captured.get()))


def _console(*, is_plain: bool) -> Console:
    columns = os.environ.get("COLUMNS", "")
    piped_columns = int(columns) if columns.isdecimal() and int(columns) else _PIPED_COLUMNS
    return Console(
        file=sys.stdout,
        width=None if sys.stdout.isatty() else piped_columns,
        no_color=True if is_plain else None,
        color_system=None if is_plain else "auto",
        markup=False,
        highlight=False,
        emoji=False,
    )
