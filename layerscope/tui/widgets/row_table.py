"""A table that draws only the rows in sight, so that it takes as many as there are; no widget is made for a row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, Literal, TypeVar

from msgspec import Struct
from textual import events
from textual.binding import BindingType
from textual.content import Content
from textual.geometry import Region
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.style import Style

from layerscope.tui.bindings import MOVE
from layerscope.tui.widgets.byte_bar import ByteBar, draw_bar
from layerscope.tui.widgets.line_view import LineView

RowT = TypeVar("RowT")
Cell = Content | ByteBar | str


class Column(Struct, frozen=True):
    """A column: `width` in cells, None for one that takes what is left; gone in tables narrower than `from_width`."""

    title: str
    width: int | None = None
    justify: Literal["left", "right"] = "left"
    from_width: int = 0


class RowTable(LineView, Generic[RowT]):
    """Rows of any kind with a cursor; `cells` turns one of them into what its columns show.

    A str in a cell is shown as it is and never read as markup; text out of an image is made safe by the view model.
    """

    BINDINGS: ClassVar[list[BindingType]] = list(MOVE)
    DEFAULT_CSS = """
    RowTable { height: 1fr; }
    RowTable > .row-table--header { color: $quiet; text-style: bold; }
    RowTable > .row-table--cursor { background: $panel; }
    RowTable:focus > .row-table--cursor { background: $primary 35%; text-style: bold; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"row-table--header", "row-table--cursor"}
    cursor: reactive[int] = reactive(0, repaint=False)

    @dataclass
    class Highlighted(Message):
        """The cursor is on another row, or on none."""

        table: "RowTable"  # type: ignore[type-arg] # a message is not generic
        row: object | None

        @property
        def control(self) -> "RowTable":  # type: ignore[type-arg] # as above
            """The table, for `on(..., selector)`."""
            return self.table

    @dataclass
    class Chosen(Message):
        """Enter, l or a double click on a row."""

        table: "RowTable"  # type: ignore[type-arg] # a message is not generic
        row: object

        @property
        def control(self) -> "RowTable":  # type: ignore[type-arg] # as above
            """The table, for `on(..., selector)`."""
            return self.table

    @dataclass
    class Left(Message):
        """h or left on a row."""

        table: "RowTable"  # type: ignore[type-arg] # a message is not generic
        row: object | None

        @property
        def control(self) -> "RowTable":  # type: ignore[type-arg] # as above
            """The table, for `on(..., selector)`."""
            return self.table

    def __init__(
        self,
        columns: Sequence[Column],
        cells: Callable[[RowT], Sequence[Cell]],
        *,
        id: str | None = None,  # noqa: A002 - Textual's own word
        classes: str | None = None,
        empty: str = "Nothing here.",
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._columns = tuple(columns)
        self._cells = cells
        self._empty = empty
        self._rows: Sequence[RowT] = ()
        self._has_header = any(column.title for column in columns)

    @property
    def rows(self) -> Sequence[RowT]:
        """What is shown."""
        return self._rows

    @property
    def row(self) -> RowT | None:
        """The row under the cursor."""
        return self._rows[self.cursor] if self.cursor < len(self._rows) else None

    def show(self, rows: Sequence[RowT], cursor: int = 0) -> None:
        """Show other rows, with the cursor on one of them."""
        self._rows = rows
        self.set_lines(len(rows) + self._has_header)
        self.set_reactive(RowTable.cursor, max(0, min(cursor, len(rows) - 1)))
        self._follow_cursor()
        self.post_message(self.Highlighted(self, self.row))

    def validate_cursor(self, cursor: int) -> int:
        """Keep the cursor on a row."""
        return max(0, min(cursor, len(self._rows) - 1))

    def watch_cursor(self, before: int, now: int) -> None:
        """Draw it where it is now, and no longer where it was; scrolling draws everything."""
        self._follow_cursor()
        self.refresh_line(before + self._has_header)
        self.refresh_line(now + self._has_header)
        self.post_message(self.Highlighted(self, self.row))

    def render_line(self, y: int) -> Strip:
        """One line of what is in sight; the header stays at the top."""
        width = self.scrollable_content_region.width
        if self._has_header and y == 0:
            return self._strip([column.title for column in self._columns], width, "row-table--header")
        place = y - self._has_header + self.scroll_offset.y
        if place < len(self._rows):
            return self._strip(
                self._cells(self._rows[place]), width, "row-table--cursor" if place == self.cursor else ""
            )
        if place == 0:
            return self._strip_of(Content.styled(self._empty, "$quiet"), width, self.visual_style)
        return Strip.blank(width, self.visual_style.rich_style)

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        self._follow_cursor()

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on a row; a double click opens it."""
        place = event.get_content_offset(self)
        if place is None:
            return
        number = place.y - self._has_header + self.scroll_offset.y
        if place.y < self._has_header or number >= len(self._rows):
            return
        self.cursor = number
        if event.chain > 1:
            self.action_choose()

    def action_cursor_up(self) -> None:
        """One row up."""
        self.cursor -= 1

    def action_cursor_down(self) -> None:
        """One row down."""
        self.cursor += 1

    def action_page_up(self) -> None:
        """A screenful up."""
        self.cursor -= self._page

    def action_page_down(self) -> None:
        """A screenful down."""
        self.cursor += self._page

    def action_first(self) -> None:
        """To the first row."""
        self.cursor = 0

    def action_last(self) -> None:
        """To the last row."""
        self.cursor = len(self._rows) - 1

    def action_choose(self) -> None:
        """Open the row under the cursor."""
        if self.row is not None:
            self.post_message(self.Chosen(self, self.row))

    def action_back(self) -> None:
        """Leave the row under the cursor."""
        self.post_message(self.Left(self, self.row))

    @property
    def _page(self) -> int:
        return max(1, self.scrollable_content_region.height - self._has_header - 1)

    def _follow_cursor(self) -> None:
        height = self.scrollable_content_region.height
        if height > self._has_header:
            region = Region(0, self.cursor, 1, 1 + self._has_header)
            self.scroll_to_region(region, animate=False, force=True, immediate=True)

    def _strip(self, cells: Sequence[Cell], width: int, component: str) -> Strip:
        style = self.get_visual_style(component) if component else self.visual_style
        return self._strip_of(Content("  ").join(self._fitted(cells, width)), width, style)

    def _strip_of(self, content: Content, width: int, style: Style) -> Strip:
        strip = Strip(content.truncate(width).render_segments(style))
        return strip.adjust_cell_length(width, style.rich_style)

    def _fitted(self, cells: Sequence[Cell], width: int) -> list[Content]:
        """The cells of the columns that are shown, each exactly as wide as its column."""
        widths = _widths(self._columns, width)
        return [
            fit_cell(cell, cell_width, column.justify)
            for column, cell, cell_width in zip(self._columns, cells, widths, strict=True)
            if cell_width
        ]


def _widths(columns: Sequence[Column], width: int) -> list[int]:
    """The width of each column, 0 for those that are not shown; two cells lie between any two."""
    shown = [column for column in columns if width >= column.from_width]
    fixed = sum(column.width or 0 for column in shown) + 2 * max(0, len(shown) - 1)
    flexible = sum(column.width is None for column in shown)
    left = max(flexible, width - fixed)
    return [
        0 if column not in shown else left // flexible if column.width is None else column.width for column in columns
    ]


def fit_cell(cell: Cell, width: int, justify: str) -> Content:
    """A cell in exactly so many cells of the terminal."""
    content = (
        draw_bar(cell, width) if isinstance(cell, ByteBar) else cell if isinstance(cell, Content) else Content(cell)
    )
    content = content.truncate(width, ellipsis=True)
    missing = width - content.cell_length
    return content.pad_left(missing) if justify == "right" else content.pad_right(missing)
