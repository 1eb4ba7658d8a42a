"""The Overview: why the image is this big, and what to do, by keys and by mouse."""

import numpy as np
from msgspec.structs import replace
from textual.pilot import Pilot

from layerscope.checks.check import Check, Status, Unit
from layerscope.checks.gate import Gate
from layerscope.tui.app import LayerscopeApp
from layerscope.tui.view_model.overview import base_text, category_tiles, checks_text, plan_text, switch_text
from layerscope.tui.widgets.layer_bar import BarPart, draw_layers
from layerscope.tui.widgets.row_table import RowTable
from layerscope.tui.widgets.treemap import Treemap
from tests.tui.drive import NARROW, WIDE, drive, drive_sample, press, sample, screen_text, settle


def test_the_first_screen_answers_at_80_columns() -> None:
    async def script(pilot: Pilot[None]) -> None:
        text = screen_text(pilot.app)
        index = sample().index
        assert f"{index.stored_bytes / 1000:.1f} kB stored" in text
        assert f"superseded {index.superseded_bytes / 1000:.1f} kB" in text
        assert "nvidia/cuda:12.4.1-cudnn-devel-ubuntu22.04" in text
        assert "switch  " in text
        assert "9 steps save" in text
        assert "170.6 kB in 12 base layers" in text
        assert "47.7 kB  layer 13    pip's cache is in the image" in text

    drive_sample(script, NARROW)


def test_tiles_are_all_bytes_biggest_first() -> None:
    analysis = sample()
    for sizes in (analysis.index.sizes, analysis.transfer.of_rows):
        assert sizes is not None
        tiles = category_tiles(analysis, sizes)
        shown = [tile.size_bytes for tile in tiles]
        assert sum(shown) == int(sizes.sum())
        assert shown == sorted(shown, reverse=True)
    by_name = {
        tile.detector.id: tile.size_bytes for tile in category_tiles(analysis, analysis.index.sizes) if tile.detector
    }
    # From the table of what the sample's recipe makes.
    assert (by_name["pip-cache"], by_name["model-weights"], by_name["documentation"]) == (47_726, 21_480, 15_964)


def test_keys_move_over_the_map_and_open_the_largest_file() -> None:
    async def script(pilot: Pilot[None]) -> None:
        await press(pilot, "tab")
        tiles = pilot.app.screen.query_one(Treemap)
        assert tiles.has_focus
        assert "▶package databases" in screen_text(pilot.app)
        await press(pilot, "down")
        assert tiles.tile is not None
        assert tiles.tile.key == "pip-cache"
        assert "pip cache  47.7 kB, 11.2 %" in screen_text(pilot.app)
        await press(pilot, "up", "up")
        assert tiles.tile.key == "package-database"
        await press(pilot, "right", "left", "left", "down", "enter")
        await settle(pilot)
        assert pilot.app.screen.id == "screen-layers"
        assert "layer 13" in screen_text(pilot.app)

    drive_sample(script, WIDE)


def test_the_mouse_marks_tiles() -> None:
    async def script(pilot: Pilot[None]) -> None:
        await pilot.click("#map", offset=(1, 1))
        tiles = pilot.app.screen.query_one(Treemap)
        assert tiles.cursor == 0
        await pilot.click("#map", offset=(tiles.size.width // 4, 1))
        await settle(pilot)
        assert tiles.cursor > 0
        await pilot.click("#map", offset=(1, 1), times=2)
        await settle(pilot)
        await settle(pilot)
        assert pilot.app.screen.id == "screen-layers"

    drive_sample(script)


def test_enter_on_a_finding_shows_it_in_the_waste_screen() -> None:
    async def script(pilot: Pilot[None]) -> None:
        await press(pilot, "down", "down", "enter")
        await settle(pilot)
        assert pilot.app.screen.id == "screen-waste"
        row = pilot.app.screen.query_one("#list-findings", RowTable).row
        saving = [finding for finding in sample().findings if finding.reclaimable_bytes]
        assert row is not None
        assert row.finding is saving[2]

    drive_sample(script)


def test_a_shows_what_a_pull_fetches_of_each_category() -> None:
    async def script(pilot: Pilot[None]) -> None:
        before = [tile.size_bytes for tile in category_tiles(sample(), sample().index.sizes)]
        await press(pilot, "a", "tab")
        tiles = pilot.app.screen.query_one(Treemap)
        assert tiles.tile is not None
        assert tiles.tile.weight != before[0]

    drive_sample(script)


def test_an_image_without_layers_has_an_overview() -> None:
    empty = replace(
        sample(),
        findings=(),
        layer_totals=(),
        detected_base=None,
        candidates=(),
        recommended=None,
        plan=replace(sample().plan, steps=()),
    )
    assert (base_text(empty), switch_text(empty), plan_text(empty)) == ("unknown base", None, None)

    async def script(pilot: Pilot[None]) -> None:
        assert "No finding saves anything." in screen_text(pilot.app)
        await press(pilot, "enter", "y", "tab", "enter")

    drive(LayerscopeApp(empty), script)


def test_checks_are_told_by_how_they_ended() -> None:
    def check(status: Status) -> Check:
        return Check("max-stored", Unit.BYTES, 1.0, 2.0, status, "It is larger.", None)

    gate = Gate((check(Status.FAILED), check(Status.PASSED), check(Status.PASSED)))
    assert checks_text(replace(sample(), gate=gate)) == "1 failed, 2 passed"
    assert checks_text(sample()) is None


def test_the_layers_bar_fills_its_width_and_tells_the_base_by_its_glyph() -> None:
    parts = [BarPart(30, 0, True), BarPart(0, 0, True), BarPart(50, 20, False), BarPart(20, 0, False)]
    assert draw_layers(parts, 10).plain == "▒▒▒███░░██"
    assert draw_layers([], 10).plain == ""
    for width in range(1, 60):
        assert len(draw_layers(parts, width).plain) == width


def test_the_map_covers_its_area() -> None:
    async def script(pilot: Pilot[None]) -> None:
        tiles = pilot.app.screen.query_one(Treemap)
        owners = np.array(tiles._owners)
        assert owners.shape == (2 * tiles.size.height, tiles.size.width)
        assert owners.min() == 0

    drive_sample(script, WIDE)
