"""What all screens of lists do, by keys and by mouse, on the screen Waste of the example."""

from pathlib import Path
from typing import Any

from textual.pilot import Pilot

import layerscope
from layerscope.analysis import Analysis
from layerscope.tui.app import LayerscopeApp
from layerscope.tui.listing_screen import ListingScreen
from layerscope.tui.screens.layers import LayersScreen
from layerscope.tui.view_model.layers import LayerRow
from layerscope.tui.widgets.row_table import RowTable
from tests.images import docker_archive, layer
from tests.tui.drive import NARROW, WIDE, Script, drive, press, screen_text, settle


def on_waste(analysis: Analysis, script: Script, size: tuple[int, int] = NARROW) -> None:
    """Run a script on the screen Waste."""

    async def begin(pilot: Pilot[None]) -> None:
        await press(pilot, "6")
        await script(pilot)

    drive(LayerscopeApp(analysis), begin, size)


def _screen(pilot: Pilot[None]) -> ListingScreen:
    assert isinstance(pilot.app.screen, ListingScreen)
    return pilot.app.screen


def _rules(pilot: Pilot[None]) -> list[str]:
    return [row.rule for row in _screen(pilot).table.rows]


def _file_of_layers(pilot: Pilot[None]) -> str | None:
    """The file under the cursor of the screen Layers."""
    assert isinstance(pilot.app.screen, LayersScreen)
    return pilot.app.screen.copy_text()


def test_a_filter_shows_less_at_each_key_and_escape_drops_it(example: Analysis) -> None:
    async def script(pilot: Pilot[None]) -> None:
        everything = _rules(pilot)
        await press(pilot, "slash", *"pip")
        assert _rules(pilot) == ["pip-cache", "pip-without-no-cache", "unpinned-installs"]
        await press(pilot, "space", *">1MB", "enter")
        assert _rules(pilot) == ["pip-cache"]
        assert _screen(pilot).table.has_focus
        await press(pilot, "slash", "escape")
        assert _rules(pilot) == everything

    on_waste(example, script)


def test_sort_keys_and_the_way_round(example: Analysis) -> None:
    async def script(pilot: Pilot[None]) -> None:
        by_size = _rules(pilot)
        await press(pilot, "n")
        assert _rules(pilot) == sorted(by_size)
        assert "by name" in screen_text(pilot.app)
        await press(pilot, "n")
        assert _rules(pilot) == sorted(by_size, reverse=True)
        assert "by name ↑" in screen_text(pilot.app)
        await press(pilot, "C")
        assert _rules(pilot)[0] == "deleted-later"
        await press(pilot, "s")
        assert _rules(pilot) == by_size

    on_waste(example, script)


def test_the_cursor_stays_on_its_row_while_rows_around_it_go(example: Analysis) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await press(pilot, "n", "end")
        row: Any = _screen(pilot).table.row
        assert row.rule == "unpinned-installs"
        await press(pilot, "slash", *"pip")
        assert _screen(pilot).table.row is row

    on_waste(example, script)


def test_lists_by_key_and_by_mouse(example: Analysis) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await press(pilot, "v")
        assert _screen(pilot).table.id == "list-superseded"
        bar = screen_text(pilot.app).splitlines()[2]
        await pilot.click("#list-bar", offset=(bar.index("Duplicates") + 2, 0))
        await settle(pilot)
        assert _screen(pilot).table.id == "list-duplicates"
        await press(pilot, "v")
        assert _screen(pilot).table.id == "list-findings"
        assert [table.id for table in pilot.app.screen.query("#lists RowTable") if table.display] == ["list-findings"]

    on_waste(example, script)


def test_enter_leads_to_the_biggest_file_and_else_to_the_layer(example: Analysis) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await press(pilot, "enter")
        assert _file_of_layers(pilot) == "/opt/gone/a"
        await press(pilot, "6", "slash", *"root-user", "enter", "enter")
        layers = pilot.app.screen.query_one("#layers", RowTable)
        assert isinstance(layers.row, LayerRow)
        assert (layers.row.position, layers.has_focus) == (3, True)

    on_waste(example, script)


def test_a_file_is_chosen_below_and_h_leads_back(example: Analysis) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await press(pilot, "tab", "tab", "down", "y")
        assert pilot.app.clipboard == "/opt/gone/b"
        await press(pilot, "h")
        assert _screen(pilot).table.has_focus
        await press(pilot, "tab", "tab", "enter")
        assert _file_of_layers(pilot) == "/opt/gone/b"

    on_waste(example, script)


def test_details_give_their_room_to_the_list_and_come_back(example: Analysis) -> None:
    async def script(pilot: Pilot[None]) -> None:
        side, before = pilot.app.screen.query_one("#side"), _screen(pilot).table.size
        await press(pilot, "tab", "i")
        assert not side.display
        assert _screen(pilot).table.has_focus
        assert _screen(pilot).table.size.height > before.height
        await press(pilot, "i")
        assert _screen(pilot).table.size == before

    on_waste(example, script)


def test_details_are_below_on_a_narrow_terminal_and_beside_on_a_wide_one(example: Analysis) -> None:
    async def script(pilot: Pilot[None]) -> None:
        side, lists = pilot.app.screen.query_one("#side"), pilot.app.screen.query_one("#lists")
        assert side.region.y == lists.region.bottom
        await pilot.resize_terminal(*WIDE)
        await settle(pilot)
        assert (side.region.y, side.region.x) == (lists.region.y, lists.region.right)

    on_waste(example, script)


def test_bytes_on_the_wire(example: Analysis) -> None:
    async def script(pilot: Pilot[None]) -> None:
        shown = screen_text(pilot.app)
        assert "stored, by size" in shown
        assert "2.0 MB  yours" in shown
        await press(pilot, "a")
        shown = screen_text(pilot.app)
        assert "to pull, by size" in shown
        assert "2.0 MB  yours" not in shown
        # What was changed here holds on a screen that was there before, and the other way about.
        await press(pilot, "4", "6", "a", "4")
        assert "stored, by size" in screen_text(pilot.app)
        await press(pilot, "a", "6")
        assert "to pull, by size" in screen_text(pilot.app)

    on_waste(example, script)


def test_an_image_without_anything_to_say(tmp_path: Path) -> None:
    path = tmp_path / "empty.tar"
    path.write_bytes(docker_archive([layer()], flavour="modern", user="1000", cmd=[]))
    analysis = layerscope.analyze(str(path))
    keys = ("enter", "y", "v", "enter", "n", "C", "a", "slash", "x", "escape")

    async def script(pilot: Pilot[None]) -> None:
        for number in "456":
            for key in (number, *keys):
                await press(pilot, key)
            assert isinstance(pilot.app.screen, ListingScreen)
        assert "Every byte that is shipped can be seen." in screen_text(pilot.app)

    drive(LayerscopeApp(analysis), script)
