"""The screen Switch, as the terminal shows it."""

from textual.pilot import Pilot

from layerscope.analysis import Analysis
from layerscope.tui.app import LayerscopeApp
from layerscope.tui.screens.layers import LayersScreen
from layerscope.tui.widgets.compare_table import CompareTable
from tests.needs.needing import CUDA, LIB
from tests.tui.drive import NARROW, WIDE, Script, drive, press, sample, screen_text, settle
from tests.tui.switching import linked_to_cublas


def on_switch(analysis: Analysis, script: Script, size: tuple[int, int] = NARROW) -> None:
    """Run a script on the screen."""

    async def begin(pilot: Pilot[None]) -> None:
        await press(pilot, "7")
        await script(pilot)

    drive(LayerscopeApp(analysis), begin, size)


async def _press(pilot: Pilot[None], *keys: str) -> str:
    await press(pilot, *keys)
    return screen_text(pilot.app)


def test_candidates_side_by_side() -> None:
    async def script(pilot: Pilot[None]) -> None:
        lines = screen_text(pilot.app).splitlines()[2:14]
        assert lines[0].split() == ["base", "today", "runtime", "base", "no", "CUDA"]
        assert lines[1].split() == ["verdict", "✓", "safe", "?", "conditional", "✗", "unsafe"]
        assert lines[8].split() == ["add", "nothing", "1", "package", "nothing"]
        # The recommended one is under the cursor, and said to be so in words.
        assert lines[11].split() == ["★", "recommended"]
        assert "+ libcublas-12-4: conditional" in screen_text(pilot.app)
        assert "runtime-ubuntu22.04: safe" in await _press(pilot, "left")
        shown = await _press(pilot, "l", "l")
        assert "ubuntu:22.04: unsafe" in shown
        await _press(pilot, "y")
        assert pilot.app.clipboard.splitlines()[0] == "FROM ubuntu:22.04"

    on_switch(linked_to_cublas(), script)


def test_panes_one_after_the_other_on_a_narrow_terminal() -> None:
    async def script(pilot: Pilot[None]) -> None:
        shown = await _press(pilot, "v")
        assert "Today's base: nvidia/cuda:12.4.1-devel-ubuntu22.04" in shown
        assert "Evidence" not in shown
        assert "libcublas.so.12 (certain, linked)" in await _press(pilot, "v")
        shown = await _press(pilot, "v")
        assert "nvcc" in shown
        assert "libcublas.so.12 (certain, linked)" not in shown

    on_switch(linked_to_cublas(), script)


def test_the_base_stands_beside_the_candidate_on_a_wide_terminal() -> None:
    async def script(pilot: Pilot[None]) -> None:
        shown = screen_text(pilot.app)
        assert "Evidence" in shown
        assert "Witnesses" in shown
        shown = await _press(pilot, "v", "v")
        assert "Evidence" in shown
        assert "Witnesses" not in shown
        assert "wanted by /app/run" in shown

    on_switch(linked_to_cublas(), script, WIDE)


def test_enter_lists_what_goes_and_leads_to_a_file() -> None:
    async def script(pilot: Pilot[None]) -> None:
        await _press(pilot, "enter", "y")
        assert pilot.app.clipboard == f"/{CUDA}/bin/nvcc"
        await _press(pilot, "enter")
        assert isinstance(pilot.app.screen, LayersScreen)
        assert pilot.app.screen.copy_text() == f"/{CUDA}/bin/nvcc"

    on_switch(linked_to_cublas(), script)


def test_a_click_chooses_a_column_and_a_second_one_opens_it() -> None:
    async def script(pilot: Pilot[None]) -> None:
        at = screen_text(pilot.app).splitlines()[2].index("no CUDA")
        for _ in range(2):
            await pilot.click("CompareTable", offset=(at, 3))
            await settle(pilot)
        assert pilot.app.screen.query_one(CompareTable).cursor == 2
        assert f"/{LIB}/libcublas.extra" in screen_text(pilot.app)

    on_switch(linked_to_cublas(), script)


def test_more_candidates_than_there_is_room_for() -> None:
    async def script(pilot: Pilot[None]) -> None:
        shown = screen_text(pilot.app)
        assert "1 to 4 of 5" in shown
        shown = await _press(pilot, "end")
        assert "2 to 5 of 5" in shown
        assert "nvidia/cuda:12.4.1-devel-ubuntu22.04: safe" in shown
        await pilot.resize_terminal(*WIDE)
        await settle(pilot)
        assert " of 5" not in screen_text(pilot.app)

    on_switch(sample(), script)


def test_an_image_without_candidates_says_why(example: Analysis) -> None:
    async def script(pilot: Pilot[None]) -> None:
        assert "nothing tells which base this image has" in screen_text(pilot.app)
        assert "No base was recognised" in screen_text(pilot.app)
        await _press(pilot, "v", "v", "v", "y", "enter", "a")
        assert pilot.app.screen.id == "screen-switch"

    on_switch(example, script)
