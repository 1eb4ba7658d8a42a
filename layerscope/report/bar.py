"""Bars for the terminal: parts of a whole and changes, told apart by glyph or side and not by colour alone."""

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


def signed_bar(delta: int, largest: int, *, width: int) -> Text:
    """A bar around an axis in the middle: to the left for what shrank, to the right for what grew."""
    half = (width - 1) // 2
    cells = min(half, _cells(abs(delta), largest, half)) if largest else 0
    shrunk, grown = ("░" * cells, "") if delta < 0 else ("", "█" * cells)
    return Text(shrunk.rjust(half), style="green") + Text("│", style="dim") + Text(grown.ljust(half), style="yellow")


def _cells(part: int, whole: int, width: int) -> int:
    return max(1, round(width * part / whole)) if part else 0
