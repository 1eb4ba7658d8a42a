"""The shell: screens by number, help, the palette, quitting."""

from textual.pilot import Pilot

from layerscope.tui.screens import all_screens
from tests.tui.drive import drive_sample, screen_text


def test_numbers_show_screens() -> None:
    async def script(pilot: Pilot[None]) -> None:
        for screen in all_screens():
            await pilot.press(str(screen.NUMBER))
            await pilot.pause()
            assert pilot.app.screen.id == f"screen-{screen.NAME}"

    drive_sample(script)


def test_help_lists_keys_and_closes() -> None:
    async def script(pilot: Pilot[None]) -> None:
        await pilot.press("question_mark")
        await pilot.pause()
        assert "Quit" in screen_text(pilot.app)
        await pilot.press("escape")
        await pilot.pause()
        assert pilot.app.screen.id == "screen-overview"

    drive_sample(script)


def test_q_ends_with_zero() -> None:
    async def script(pilot: Pilot[None]) -> None:
        await pilot.press("q")
        await pilot.pause()
        assert pilot.app.return_code == 0

    drive_sample(script)
