"""What is done while nobody presses a key: all screens are made and laid out, and the first is still the one seen."""

from textual.pilot import Pilot
from textual.screen import Screen

from layerscope.tui.app import LayerscopeApp
from layerscope.tui.screens import all_screens
from tests.tui.drive import WIDE, drive, press, sample, screen_text, until

NAMES = [screen.NAME for screen in all_screens()]


def test_screens_are_made_unseen() -> None:
    prepared: list[list[str]] = []
    app = LayerscopeApp(sample(), lambda: prepared.append([name for name in NAMES if app.is_screen_installed(name)]))

    async def script(pilot: Pilot[None]) -> None:
        before = screen_text(app)
        await until(pilot, lambda: bool(prepared))
        assert prepared == [NAMES]
        screens: list[Screen[object]] = [app.get_screen(name) for name in NAMES]
        assert all(screen.is_mounted and screen.size == app.size for screen in screens)
        assert app.screen.id == "screen-overview"
        assert screen_text(app) == before

    drive(app, script, WIDE)


def test_a_screen_looks_the_same_whether_it_was_made_before_or_not() -> None:
    shown: list[list[str]] = []

    def look(*, is_patient: bool) -> None:
        prepared: list[bool] = []

        async def script(pilot: Pilot[None]) -> None:
            if is_patient:
                await until(pilot, lambda: bool(prepared))
            texts = []
            for number in "8765432":
                await press(pilot, number)
                texts.append(screen_text(pilot.app))
            shown.append(texts)

        drive(LayerscopeApp(sample(), lambda: prepared.append(True)), script)

    look(is_patient=False)
    look(is_patient=True)
    assert shown[0] == shown[1]


def test_a_screen_that_was_made_before_takes_the_size_that_the_terminal_has_now() -> None:
    prepared: list[bool] = []

    async def script(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: bool(prepared))
        await pilot.resize_terminal(*WIDE)
        await press(pilot, "6")
        # The list and the details of its first row stand beside one another.
        assert any(
            "saves" in line and "pip's cache is in the image" in line for line in screen_text(pilot.app).split("\n")
        )

    drive(LayerscopeApp(sample(), lambda: prepared.append(True)), script)
