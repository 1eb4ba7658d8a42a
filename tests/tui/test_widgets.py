"""The widgets alone: bars to the cell, columns, and tables whose rows are drawn only where they are seen."""

from collections.abc import Sequence

import pytest
from textual.app import App, ComposeResult
from textual.content import Content
from textual.pilot import Pilot

from layerscope.tui.palette import variables
from layerscope.tui.widgets.byte_bar import ByteBar, draw_bar
from layerscope.tui.widgets.detail_pane import DetailPane
from layerscope.tui.widgets.row_table import Column, RowTable
from tests.tui.drive import drive, press, screen_text


@pytest.mark.parametrize(
    ("bar", "width", "drawn"),
    [
        (ByteBar(100, 100), 8, "████████"),
        (ByteBar(50, 100), 8, "████"),
        (ByteBar(53, 100), 8, "████▎"),
        (ByteBar(1, 1_000_000), 8, "▏"),
        (ByteBar(0, 100), 8, ""),
        (ByteBar(50, 0), 8, ""),
        (ByteBar(50, 100, 25), 8, "████░░"),
        (ByteBar(0, 100, 100), 8, "░░░░░░░░"),
        (ByteBar(100, 100, 100), 8, "░░░░░░░░"),
        (ByteBar(96, 100, 4), 8, "███████▋"),
        (ByteBar(1, 100, 1), 8, "█░"),
        (ByteBar(100, 100), 0, ""),
    ],
)
def test_bars_show_what_is_there(bar: ByteBar, width: int, drawn: str) -> None:
    assert draw_bar(bar, width).plain == drawn


class Rows(Sequence[int]):
    """A million rows that remember which of them were looked at."""

    def __init__(self) -> None:
        self.seen: set[int] = set()

    def __len__(self) -> int:
        return 1_000_000

    def __getitem__(self, place: object) -> int:  # type: ignore[override] # no slices are asked for
        assert isinstance(place, int)
        self.seen.add(place)
        return place


class TableApp(App[None]):
    """A table and nothing else."""

    def __init__(self, rows: Sequence[int]) -> None:
        super().__init__()
        self._shown = rows

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return variables(is_dark=True)

    def compose(self) -> ComposeResult:
        columns = (Column("row", 9, "right"), Column("gone", 5, from_width=100), Column("left"), Column("right", 6))
        yield RowTable[int](columns, lambda row: (str(row), "hidden", f"[b]row {row}[/b] " + "x" * 200, "end"))

    def on_mount(self) -> None:
        self.query_one(RowTable).show(self._shown)


def test_only_rows_in_sight_are_drawn() -> None:
    rows = Rows()

    async def script(pilot: Pilot[None]) -> None:
        table = pilot.app.query_one(RowTable)
        await press(pilot, "G")
        assert table.row == 999_999
        assert "999999  [b]row 999999[/b] xxx" in screen_text(pilot.app)
        await press(pilot, "pageup", "up", "k", "g", "pagedown", "down", "j")
        assert len(rows.seen) < 300

    drive(TableApp(rows), script, (60, 20))


def test_another_number_of_rows_is_scrolled_without_a_layout_of_the_screen() -> None:
    async def script(pilot: Pilot[None]) -> None:
        table = pilot.app.query_one(RowTable)
        layouts: list[object] = []
        pilot.app.screen.screen_layout_refresh_signal.subscribe(pilot.app, layouts.append, immediate=True)
        table.show(range(1_000))
        await press(pilot, "end")
        assert "row 999[/b]" in screen_text(pilot.app).splitlines()[-1]
        table.show(range(5), 4)
        await press(pilot, "k")
        assert ["row 3" in line for line in screen_text(pilot.app).splitlines()[:6]] == [False] * 4 + [True, False]
        assert layouts == []

    drive(TableApp(range(3)), script, (60, 20))


class TextApp(App[None]):
    """A pane of text and nothing else."""

    def compose(self) -> ComposeResult:
        yield DetailPane()

    def on_mount(self) -> None:
        text = " ".join(f"word{number}" for number in range(400))
        self.query_one(DetailPane).show(Content.assemble(("first line", "bold"), "\n", text, "\nlast line"))


def test_a_text_is_wrapped_at_the_pane_s_width_and_scrolls_to_its_end() -> None:
    async def script(pilot: Pilot[None]) -> None:
        for size in ((60, 10), (30, 10), (90, 10)):
            await pilot.resize_terminal(*size)
            await press(pilot, "home")
            lines = screen_text(pilot.app).splitlines()
            assert lines[0].strip() == "first line"
            assert lines[1].split() == [f"word{number}" for number in range(len(lines[1].split()))]
            assert size[0] - 14 < len(lines[1].strip()) < size[0] - 2
            await press(pilot, "end")
            bottom = pilot.app.query_one(DetailPane).region.bottom
            assert "last line" in screen_text(pilot.app).splitlines()[bottom - 1]

    drive(TextApp(), script, (60, 10))


def test_a_text_can_be_selected_by_mouse() -> None:
    async def script(pilot: Pilot[None]) -> None:
        await pilot.mouse_down(DetailPane, offset=(1, 0))
        await pilot.hover(DetailPane, offset=(5, 0))
        await pilot.mouse_up(DetailPane, offset=(5, 0))
        assert pilot.app.screen.get_selected_text() == "first"

    drive(TextApp(), script, (60, 10))


def test_columns_are_as_wide_as_they_say_and_one_takes_the_rest() -> None:
    async def script(pilot: Pilot[None]) -> None:
        header, first = screen_text(pilot.app).splitlines()[:2]
        # 60 cells less one on each side and one for scrolling, 9 and 6 for two columns, and 2 between any two of three.
        assert header == " " + "      row" + "  " + "left".ljust(38) + "  " + "right " + "  "
        assert first == " " + "        0" + "  " + "[b]row 0[/b] " + "x" * 24 + "…" + "  " + "end   " + "  "
        assert "hidden" not in first

    drive(TableApp(range(3)), script, (60, 20))


def test_the_cursor_stays_on_a_row() -> None:
    async def script(pilot: Pilot[None]) -> None:
        table = pilot.app.query_one(RowTable)
        await press(pilot, "up", "up")
        assert table.cursor == 0
        await press(pilot, "pagedown", "down", "down")
        assert table.cursor == 2
        table.show([])
        await press(pilot, "down", "enter", "G", "h")
        assert table.row is None
        assert "Nothing here." in screen_text(pilot.app)

    drive(TableApp(range(3)), script, (60, 20))
