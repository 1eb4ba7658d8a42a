"""Bars for the terminal: two parts of a whole, told apart by glyph and not by colour alone."""

from rich.text import Text


def stacked_bar(live: int, superseded: int, whole: int, *, width: int) -> Text:
    """A bar of at most `width` cells: solid for live, shaded for superseded; what is there at all has a cell."""
    if whole <= 0:
        return Text("")
    cells = _cells(live + superseded, whole, width)
    shaded = min(cells, _cells(superseded, whole, width))
    if live and shaded == cells and cells > 1:
        shaded -= 1
    return Text("█" * (cells - shaded), style="blue") + Text("░" * shaded, style="yellow")


def _cells(part: int, whole: int, width: int) -> int:
    return max(1, round(width * part / whole)) if part else 0
