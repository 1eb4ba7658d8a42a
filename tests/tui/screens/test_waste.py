"""The screen Waste, as the terminal shows it."""

from textual.pilot import Pilot

from layerscope.analysis import Analysis
from layerscope.tui.app import LayerscopeApp
from tests.tui.drive import WIDE, drive, press, screen_text


def test_findings_superseded_bytes_and_duplicates(example: Analysis) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await press(pilot, "6")
        lines = screen_text(pilot.app).splitlines()
        assert all(text in lines[2] for text in ("Findings 4.1 MB", "Superseded 2.1 MB", "Duplicates 210.0 kB"))
        assert lines[5].split() == ["2.0", "MB", "yours", "sure", "pip's", "cache", "is", "in", "the", "image"]
        assert lines[7].split()[:3] == ["-", "yours", "sure"]
        await press(pilot, "v")
        lines = screen_text(pilot.app).splitlines()
        assert lines[4].split() == [
            "2.0",
            "MB",
            "2",
            "1",
            ">",
            "3",
            "deleted",
            "with",
            "its",
            "directory",
            "/opt/gone/a",
        ]
        await press(pilot, "v")
        lines = screen_text(pilot.app).splitlines()
        assert lines[4].split()[:8] == ["120.0", "kB", "2", "120.0", "kB", "=", "same", "libcublas.so.12"]
        assert lines[5].split()[:8] == ["90.0", "kB", "2", "95.0", "kB", "≈", "twin", "libcufft.so.11"]

    drive(LayerscopeApp(example), script)


def test_a_finding_is_explained_and_its_dockerfile_lines_can_be_copied(example: Analysis) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await press(pilot, "6", "down")
        shown = screen_text(pilot.app)
        assert "Who can fix it  your Dockerfile, layer 1" in shown
        assert "RUN --mount=type=cache,target=/root/.cache/pip" in shown
        assert "/root/.cache/pip/http/a" in shown
        await press(pilot, "y")
        assert pilot.app.clipboard.startswith("RUN --mount=type=cache,target=/root/.cache/pip")
        assert "\n" in pilot.app.clipboard

    drive(LayerscopeApp(example), script, WIDE)
