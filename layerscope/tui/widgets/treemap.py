"""A treemap of coloured tiles with names in them; keys and mouse move from tile to tile."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from msgspec import Struct
from textual import events
from textual.binding import Binding, BindingType
from textual.color import Color
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget

from layerscope.tui.view_model.squarify import squarify

_NO_TILE = -1
_SHADES = (0.0, 0.07, 0.14)


class Tile(Struct, frozen=True):
    """A part of a whole; `color` names a variable of the theme, and `size_text` stands below the label."""

    key: str
    label: str
    size_text: str
    weight: int
    color: str


class _Box(Struct, frozen=True):
    """Where a tile is, in cells across and half cells down."""

    left: int
    top: int
    right: int
    bottom: int


class Treemap(Widget, can_focus=True):
    """Tiles, the largest first; half blocks make the edges between rows as fine as those between columns."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "move(-1, 0)", "Left", show=False, id="map.left"),
        Binding("right,l", "move(1, 0)", "Right", show=False, id="map.right"),
        Binding("up,k", "move(0, -1)", "Up", show=False, id="map.up"),
        Binding("down,j", "move(0, 1)", "Down", show=False, id="map.down"),
        Binding("enter", "choose", "Open", show=False, id="map.open", tooltip="Show the largest file of this kind"),
    ]
    cursor: reactive[int] = reactive(0)

    @dataclass
    class Highlighted(Message):
        """Another tile is marked, or none."""

        tile: Tile | None

    @dataclass
    class Chosen(Message):
        """Enter or a double click on a tile."""

        tile: Tile

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's own word
        super().__init__(id=id)
        self._tiles: Sequence[Tile] = ()
        self._boxes: list[_Box] = []
        self._owners: list[list[int]] = []

    @property
    def tile(self) -> Tile | None:
        """The one that is marked."""
        return self._tiles[self.cursor] if self.cursor < len(self._tiles) else None

    def show(self, tiles: Sequence[Tile]) -> None:
        """Show other tiles."""
        self._tiles = tiles
        self._lay_out()
        self.post_message(self.Highlighted(self.tile))

    def validate_cursor(self, cursor: int) -> int:
        """Keep it on a tile."""
        return max(0, min(cursor, len(self._tiles) - 1))

    def watch_cursor(self) -> None:
        """Tell which tile it is now."""
        self.post_message(self.Highlighted(self.tile))

    def on_resize(self) -> None:
        """Fill the new area."""
        self._lay_out()

    def on_click(self, event: events.Click) -> None:
        """Mark a tile; a double click opens it."""
        place = event.get_content_offset(self)
        found = self._owners[2 * place.y][place.x] if place else _NO_TILE
        if found != _NO_TILE:
            self.cursor = found
            if event.chain > 1:
                self.action_choose()

    def action_choose(self) -> None:
        """Open the marked tile."""
        if self.tile:
            self.post_message(self.Chosen(self.tile))

    def action_move(self, across: int, down: int) -> None:
        """Mark the nearest tile in a direction."""
        if not self._boxes:
            return
        here = self._boxes[self.cursor]
        ways = [
            (distance, number)
            for number, box in enumerate(self._boxes)
            if box.right > box.left and (distance := _distance(here, box, across, down)) is not None
        ]
        if ways:
            self.cursor = min(ways)[1]

    def render_line(self, y: int) -> Strip:
        """One row of cells, each with an upper and a lower half."""
        if 2 * y + 1 >= len(self._owners):
            return Strip.blank(self.size.width, self.visual_style.rich_style)
        background = self.visual_style.background or Color(0, 0, 0)
        texts = self._labels(y)
        cells = []
        for x, (upper, lower) in enumerate(zip(self._owners[2 * y], self._owners[2 * y + 1], strict=True)):
            above, below = self._color(upper, background), self._color(lower, background)
            is_edge = upper == lower != _NO_TILE and self._boxes[upper].left == x > 0
            glyph = texts.get(x) or ("▏" if is_edge else " " if above == below else "▀")
            ink = above if glyph == "▀" else background if glyph == "▏" else above.get_contrast_text(0.95)
            is_marked = self.has_focus and upper == self.cursor
            style = Style(background=below, foreground=ink, bold=is_marked, underline=is_marked and x in texts)
            cells.append((glyph, style))
        return Strip(Content.assemble(*cells).render_segments(self.visual_style))

    def _labels(self, y: int) -> dict[int, str]:
        """The characters of names and sizes in a row, by column."""
        found: dict[int, str] = {}
        for number, (tile, box) in enumerate(zip(self._tiles, self._boxes, strict=False)):
            line = y - (box.top + 1) // 2
            rows, room = box.bottom // 2 - (box.top + 1) // 2, box.right - box.left - 2
            if not 0 <= line < min(rows, 2) or room < 2:
                continue
            # The mark is a glyph as well as bold: no colour is needed to find it.
            mark = "▶" if number == self.cursor and self.has_focus else ""
            text = (
                mark + (tile.label if rows > 1 else f"{tile.label} {tile.size_text}") if line == 0 else tile.size_text
            )
            shown = text if len(text) <= room else text[: room - 1] + "…"
            found |= {box.left + 1 + at: character for at, character in enumerate(shown)}
        return found

    def _lay_out(self) -> None:
        width, height = self.size.width, 2 * self.size.height
        self._boxes = [
            _Box(round(item.x), round(item.y), round(item.x + item.width), round(item.y + item.height))
            for item in squarify([tile.weight for tile in self._tiles], width, height)
        ]
        owners = np.full((height, width), _NO_TILE)
        for number, box in enumerate(self._boxes):
            owners[box.top : box.bottom, box.left : box.right] = number
        self._owners = owners.tolist()
        self.refresh()

    def _color(self, number: int, background: Color) -> Color:
        if number == _NO_TILE:
            return background
        color = Color.parse(self.app.theme_variables[self._tiles[number].color])
        return color.darken(_SHADES[number % len(_SHADES)])


def _distance(here: _Box, there: _Box, across: int, down: int) -> int | None:
    """How far one box is from another in a direction, what lies aside counting double; None if it is not there."""
    if across:
        ahead = there.left - here.right if across > 0 else here.left - there.right
        aside = max(there.top - here.bottom + 1, here.top - there.bottom + 1, 0)
    else:
        ahead = there.top - here.bottom if down > 0 else here.top - there.bottom
        aside = max(there.left - here.right + 1, here.left - there.right + 1, 0)
    return ahead + 2 * aside if ahead >= 0 else None
