"""Things side by side: each is a column, the rows are what they have; a cursor goes from column to column."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from layerscope.tui.widgets.row_table import Cell, fit_cell

_TODAY_CELLS, _LEAST_CELLS, _MOST_CELLS = 10, 13, 24


class CompareTable(Widget, can_focus=True):
    """Labels on the left, then what there is today, then as many columns as there is room for."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "move(-1)", "Column to the left", show=False, id="compare.left"),
        Binding("right,l", "move(1)", "Column to the right", show=False, id="compare.right"),
        Binding("home,g", "move(-1000)", "First column", show=False, id="compare.first"),
        Binding("end,G", "move(1000)", "Last column", show=False, id="compare.last"),
        Binding("enter", "choose", "Open", show=False, id="compare.open", tooltip="Open what the cursor is on"),
    ]
    DEFAULT_CSS = """
    CompareTable { height: auto; padding: 0 1; }
    """
    cursor: reactive[int] = reactive(0)

    @dataclass
    class Highlighted(Message):
        """The cursor is on another column."""

        number: int

    @dataclass
    class Chosen(Message):
        """Enter, or a second click on a column."""

        number: int

    def __init__(self, labels: Sequence[str], today: Sequence[Cell], columns: Sequence[Sequence[Cell]]) -> None:
        super().__init__()
        self._labels = tuple(labels)
        self._today = tuple(today)
        self._columns = tuple(map(tuple, columns))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's own
        """A line for each label, and one where columns are out of sight."""
        return len(self._labels) + (len(self._columns) > self._room_in(width))

    def validate_cursor(self, cursor: int) -> int:
        """Keep the cursor on a column."""
        return max(0, min(cursor, len(self._columns) - 1))

    def watch_cursor(self) -> None:
        """Tell where it is now."""
        self.post_message(self.Highlighted(self.cursor))

    def on_focus(self) -> None:
        """The cursor is drawn in another colour."""
        self.refresh()

    def on_blur(self) -> None:
        """The cursor is drawn in another colour."""
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on a column; on the one that it is on already, open it."""
        place = event.get_content_offset(self)
        number = -1 if place is None else (place.x - self._left) // (self._column_cells + 1)
        if 0 <= number < self._room and self._first + number < len(self._columns):
            if self._first + number == self.cursor:
                self.action_choose()
            self.cursor = self._first + number

    def action_move(self, by: int) -> None:
        """Some columns to the right."""
        self.cursor += by

    def action_choose(self) -> None:
        """Open the column under the cursor."""
        self.post_message(self.Chosen(self.cursor))

    def render(self) -> Content:
        """All labels with the columns that there is room for."""
        shown = range(self._first, min(len(self._columns), self._first + self._room))
        lines = [self._line(number, shown) for number in range(len(self._labels))]
        if len(shown) < len(self._columns):
            text = f"{shown.start + 1} to {shown.stop} of {len(self._columns)}; the cursor brings the others"
            lines.append(Content.styled(text, "$quiet"))
        return Content("\n").join(lines)

    def _line(self, number: int, shown: range) -> Content:
        label = Content.styled(self._labels[number], "$quiet").pad_right(self._label_cells - len(self._labels[number]))
        today = fit_cell(self._today[number], _TODAY_CELLS, "right")
        cells = [self._cell(column, number) for column in shown]
        return Content(" ").join((label, today, "", *cells))

    def _cell(self, column: int, number: int) -> Content:
        cell = fit_cell(self._columns[column][number], self._column_cells, "left")
        if column != self.cursor:
            return cell
        return cell.stylize_before("bold on $primary 35%" if self.has_focus else "on $panel")

    @property
    def _label_cells(self) -> int:
        return max(map(len, self._labels), default=0)

    @property
    def _left(self) -> int:
        """Where the first column begins."""
        return self._label_cells + 1 + _TODAY_CELLS + 2

    @property
    def _room(self) -> int:
        return self._room_in(self.content_size.width)

    def _room_in(self, width: int) -> int:
        """How many columns can be shown."""
        return max(1, (width - self._left) // (_LEAST_CELLS + 1))

    @property
    def _column_cells(self) -> int:
        among = min(self._room, max(1, len(self._columns)))
        return max(_LEAST_CELLS, min(_MOST_CELLS, (self.content_size.width - self._left) // among - 1))

    @property
    def _first(self) -> int:
        """The first column that is shown: the cursor's is always among them."""
        return max(0, min(self.cursor - self._room + 1, len(self._columns) - self._room))
