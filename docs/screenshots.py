"""Writes pictures of every screen at two sizes into docs/pictures, from a bundled sample.

`python docs/screenshots.py` after a change of what screens show; a test fails while one of them is out of step.
"""

import asyncio
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import layerscope
from layerscope.analysis import Analysis
from layerscope.tui.app import LayerscopeApp
from layerscope.tui.palette import DARK, LIGHT
from layerscope.tui.screens import all_screens
from tests.tui.drive import leave, press, settle

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs/pictures"
SAMPLE = "sample_images/naive-devel.docker.tar"
SIZES = ((80, 24), (140, 40))
# A page of the documentation fetches nothing from elsewhere; the reader's own monospaced font will do.
_REMOTE_FONT = re.compile(r',\s*url\("https?://[^")]*"\) format\("[^"]*"\)')
# Keys that make a screen show more than it does at first.
KEYS = {"layers": ("tab", "l", "j", "l"), "files": ("l", "i")}


def names() -> list[str]:
    """The pictures' names, without a suffix."""
    numbered = [f"{screen.NUMBER}-{screen.NAME}" for screen in all_screens()]
    return [f"{name}-{width}x{height}" for name in (*numbered, "1-overview-light") for width, height in SIZES]


def analyze_sample() -> Analysis:
    """The sample as it is named in the pictures."""
    before = Path.cwd()
    os.chdir(ROOT)
    try:
        return layerscope.analyze(SAMPLE)
    finally:
        os.chdir(before)


def picture(analysis: Analysis, name: str) -> str:
    """One of the pictures, as SVG."""
    number, screen, *rest = name.split("-")
    width, height = map(int, rest[-1].split("x"))
    theme = LIGHT.name if "light" in rest else DARK.name
    return asyncio.run(_draw(analysis, (number, *KEYS.get(screen, ())), (width, height), theme))


async def _draw(analysis: Analysis, keys: tuple[str, ...], size: tuple[int, int], theme: str) -> str:
    app = LayerscopeApp(analysis)
    async with app.run_test(size=size) as pilot:
        app.theme = theme
        await settle(pilot)
        await press(pilot, *keys)
        drawn = app.export_screenshot(title="layerscope", simplify=True)
        await leave(pilot)
        return _REMOTE_FONT.sub("", drawn)


def pictures() -> Iterator[tuple[Path, str]]:
    """Every picture's path and content."""
    analysis = analyze_sample()
    for name in names():
        yield FOLDER / f"{name}.svg", picture(analysis, name)


def main() -> None:
    """Write all of them."""
    FOLDER.mkdir(exist_ok=True)
    for path, content in pictures():
        path.write_text(content)


if __name__ == "__main__":
    main()
