"""The screen CUDA/ML, as the terminal shows it."""

from functools import partial
from pathlib import Path

from msgspec.structs import replace
from textual.pilot import Pilot

from layerscope.analysis import Analysis
from layerscope.pipeline import analyze_image
from layerscope.tui.app import LayerscopeApp
from layerscope.tui.scan import Scan
from tests.tui.drive import SAMPLES, WIDE, drive, press, screen_text, until


def _row(shown: str, name: str) -> list[str]:
    """The cells of the row of a library, an architecture or a model."""
    return next(line for line in shown.splitlines()[4:] if name in line).split()


def test_libraries_gpu_code_and_models(example: Analysis) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await press(pilot, "5")
        shown = screen_text(pilot.app)
        cublas = ["240.0", "kB", "120.0", "kB", "2", "=", "same", "40.0", "kB", "libcublas.so.12"]
        assert _row(shown, "libcublas.so.12") == cublas
        assert _row(shown, "libcufft.so.11") == ["185.0", "kB", "90.0", "kB", "2", "≈", "twin", "libcufft.so.11"]
        assert _row(shown, "libtorch_cuda.so") == ["150.0", "kB", "1", "5.6", "kB", "libtorch_cuda.so"]
        # What libraries take on the wire is not told, and the line above does not say so.
        await press(pilot, "a")
        assert "stored, by size" in screen_text(pilot.app)
        await press(pilot, "a", "v")
        gpu = _row(screen_text(pilot.app), "sm_90 ")
        assert gpu[:2] == ["8.5", "kB"]
        assert gpu[-7:] == ["sm_90", "sass", "3", "Hopper:", "H100,", "H200,", "GH200"]
        await press(pilot, "v")
        model = _row(screen_text(pilot.app), "safetensors")
        assert model[:8] == ["60.1", "kB", "safetensors", "F16", "30.0k", "2", "x", "model"]

    drive(LayerscopeApp(example), script)


def test_copies_of_a_library_beside_the_list(example: Analysis) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await press(pilot, "5")
        shown = screen_text(pilot.app)
        assert "Live copies  2, 240.0 kB" in shown
        assert "= dpkg libcublas-12-4" in shown
        assert "7.5 kB  sm_90 sass" in shown

    drive(LayerscopeApp(example), script, WIDE)


def test_gpu_code_is_read_when_asked_for_while_the_screens_are_there(archive_path: Path) -> None:
    scan = Scan(
        str(archive_path),
        partial(analyze_image, str(archive_path), None),
        partial(analyze_image, str(archive_path), None, with_device_code=True),
    )

    async def script(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: pilot.app.screen.id == "screen-overview")
        await press(pilot, "5", "v")
        assert "Press  d to read it now" in screen_text(pilot.app)
        await press(pilot, "d")
        await until(pilot, lambda: "GPU code 45.6 kB" in screen_text(pilot.app))
        shown = screen_text(pilot.app)
        assert "Hopper" in shown
        assert "GPU code was not read" not in shown
        assert "d GPU code" not in shown.splitlines()[-1]

    drive(LayerscopeApp(scan), script)


def test_an_image_that_changed_meanwhile_is_not_mixed_with_what_is_shown(archive_path: Path) -> None:
    other = partial(analyze_image, str(SAMPLES / "odd-layers.docker.tar"), None, with_device_code=True)
    scan = Scan(str(archive_path), partial(analyze_image, str(archive_path), None), other)

    async def script(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: pilot.app.screen.id == "screen-overview")
        await press(pilot, "5", "d")
        await until(pilot, lambda: any("another one now" in notice.message for notice in pilot.app._notifications))
        assert "GPU code ?" in screen_text(pilot.app)

    drive(LayerscopeApp(scan), script)


def test_how_to_read_gpu_code_can_be_copied(example: Analysis) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await press(pilot, "5", "v")
        shown = screen_text(pilot.app)
        assert "GPU code ?" in shown
        assert "GPU code was not read" in shown
        await press(pilot, "y")
        assert pilot.app.clipboard == f"layerscope analyze {example.image.reference} --device-code"

    drive(LayerscopeApp(replace(example, device_code=None)), script)
