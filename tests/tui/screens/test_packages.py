"""The screen Packages, as the terminal shows it."""

from textual.pilot import Pilot

from layerscope.analysis import Analysis
from layerscope.tui.app import LayerscopeApp
from tests.tui.drive import WIDE, drive, press, screen_text
from tests.tui.example import HOSTILE_SHOWN


def test_packages_by_manager_with_their_files(example: Analysis) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await press(pilot, "4")
        lines = screen_text(pilot.app).splitlines()
        assert "All 4.8 MB" in lines[2]
        assert "none 4.4 MB" in lines[2]
        rows = [line.split() for line in lines[4:8]]
        assert rows[0][:7] == ["4.4", "MB", "14", "4", "layers", "both", "none"]
        assert rows[1] == ["150.0", "kB", "1", "1", "yours", "python", "torch", "2.5.1"]
        assert rows[2] == ["120.0", "kB", "1", "0", "base", "dpkg", "libcublas-12-4", "12.4.5.8-1"]
        await press(pilot, "v", "v")
        shown = screen_text(pilot.app)
        assert "libcufft-12-4" in shown
        assert "torch" not in shown
        await press(pilot, "y")
        assert pilot.app.clipboard == "libcublas-12-4 12.4.5.8-1"

    drive(LayerscopeApp(example), script)


def test_what_a_package_consists_of_beside_the_list(example: Analysis) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await press(pilot, "4")
        shown = screen_text(pilot.app)
        assert "2.0 MB  pip cache" in shown
        assert "Layers  0 to 3, the base's and yours" in shown
        assert "1 x" in shown
        # Five bigger files come first; brackets are no markup, and nothing acts on the terminal.
        await press(pilot, "tab", "tab", *["down"] * 5)
        assert HOSTILE_SHOWN in screen_text(pilot.app)
        await press(pilot, "y")
        assert pilot.app.clipboard == HOSTILE_SHOWN

    drive(LayerscopeApp(example), script, WIDE)
