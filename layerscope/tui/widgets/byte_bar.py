"""Bars of bytes: parts of a whole, told apart by glyph and not by colour alone."""

from msgspec import Struct
from textual.content import Content

_LITTLE = 20
_EIGHTHS = " ▏▎▍▌▋▊▉█"


class ByteBar(Struct, frozen=True):
    """A bar to be drawn as wide as its column: `solid` and `shaded` bytes, in proportion to `whole`."""

    solid_bytes: int
    whole_bytes: int
    shaded_bytes: int = 0
    style: str = "$yours"
    shaded_style: str = "$superseded"


def draw_bar(bar: ByteBar, width: int) -> Content:
    """The bar in at most `width` cells; what is there at all can be seen, and what is shaded from a 20th on."""
    if bar.whole_bytes <= 0 or width <= 0:
        return Content("")
    # A cell for a few bytes of many would say that a part of them is shaded.
    is_little = bar.shaded_bytes * _LITTLE < bar.solid_bytes + bar.shaded_bytes
    shaded = 0 if is_little else _cells(bar.shaded_bytes, bar.whole_bytes, width)
    if not shaded:
        return Content.styled(_fine(bar.solid_bytes, bar.whole_bytes, width), bar.style)
    solid = min(_cells(bar.solid_bytes, bar.whole_bytes, width), width - shaded)
    return Content.assemble(("█" * solid, bar.style), ("░" * shaded, bar.shaded_style))


def _cells(part_bytes: int, whole_bytes: int, width: int) -> int:
    return min(width, max(1, round(width * part_bytes / whole_bytes))) if part_bytes > 0 else 0


def _fine(part_bytes: int, whole_bytes: int, width: int) -> str:
    if part_bytes <= 0:
        return ""
    eighths = min(8 * width, max(1, round(8 * width * part_bytes / whole_bytes)))
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()
