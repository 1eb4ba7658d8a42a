"""Consoles: the report goes to standard output, the talk to standard error."""

import os
import shutil
import sys

from rich.console import Console

_PIPED_WIDTH = 120


def report_console(*, is_plain: bool) -> Console:
    """Standard output, as wide as the terminal or 120 columns; output that cannot be encoded is escaped."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
    width = None if sys.stdout.isatty() else int(os.environ.get("COLUMNS", "0") or 0) or _PIPED_WIDTH
    return Console(
        file=sys.stdout,
        width=width,
        no_color=True if is_plain else None,
        color_system=None if is_plain else "auto",
        markup=False,
        highlight=False,
        emoji=False,
    )


def terminal_columns() -> int:
    """How wide the terminal of standard error is."""
    return shutil.get_terminal_size((100, 24)).columns
