"""The text report as a file: no colours, a fixed width."""

import io
from collections.abc import Callable
from functools import partial

from rich.console import Console

from layerscope.analysis import Analysis
from layerscope.report.console import print_report

_COLUMNS = 120


def render_text(analysis: Analysis) -> bytes:
    """What a pipe gets without any option, in UTF-8."""
    return draw_text(partial(print_report, analysis))


def draw_text(draw: Callable[[Console], None]) -> bytes:
    """What somebody draws on a console, in UTF-8."""
    output = io.StringIO()
    console = Console(
        file=output,
        width=_COLUMNS,
        color_system=None,
        force_terminal=False,
        legacy_windows=False,
        markup=False,
        highlight=False,
        emoji=False,
    )
    draw(console)
    return without_padding(output.getvalue()).encode("utf-8", "backslashreplace")


def without_padding(text: str) -> str:
    """The lines of a report without blanks at their ends: tables pad their cells, and nobody wants that in a log."""
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())
