"""All layers in one bar: those of the base and those of the image itself, and what is hidden in each."""

from collections.abc import Sequence

from msgspec import Struct
from textual.content import Content
from textual.widgets import Static


class BarPart(Struct, frozen=True):
    """A layer's part of the bar."""

    size_bytes: int
    hidden_bytes: int
    is_base: bool


class LayerBar(Static):
    """As wide as there is room; neighbours differ in shade, the base's are dotted and what is hidden is shaded."""

    DEFAULT_CSS = "LayerBar { height: 2; padding: 0 1; }"

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's own word
        super().__init__(id=id)
        self._parts: Sequence[BarPart] = ()
        self._legend = Content("")

    def show(self, parts: Sequence[BarPart], legend: Content) -> None:
        """Show other layers, with a line that says what the bar's glyphs are."""
        self._parts = parts
        self._legend = legend
        self.refresh()

    def render(self) -> Content:
        """The bar and what it says."""
        return Content.assemble(draw_layers(self._parts, self.size.width), "\n", self._legend)


def draw_layers(parts: Sequence[BarPart], width: int) -> Content:
    """A bar of exactly `width` cells, unless nothing is in it; layers smaller than a cell may have none."""
    whole_bytes = sum(part.size_bytes for part in parts)
    if not whole_bytes or width <= 0:
        return Content("")
    drawn: list[tuple[str, str]] = []
    before_bytes = 0
    for number, part in enumerate(parts):
        start = round(width * before_bytes / whole_bytes)
        before_bytes += part.size_bytes
        cells = round(width * before_bytes / whole_bytes) - start
        hidden = round(cells * part.hidden_bytes / part.size_bytes) if part.size_bytes else 0
        shade = "" if number % 2 else " 75%"
        drawn.append((("▒" if part.is_base else "█") * (cells - hidden), f"{_style(part)}{shade}"))
        drawn.append(("░" * hidden, f"$superseded{shade}"))
    return Content.assemble(*(item for item in drawn if item[0]))


def _style(part: BarPart) -> str:
    return "$from-base" if part.is_base else "$yours"
