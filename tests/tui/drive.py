"""Runs the app without a terminal and presses its keys."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path

from textual.app import App
from textual.pilot import Pilot

import layerscope
from layerscope.analysis import Analysis
from layerscope.tui.app import LayerscopeApp

SAMPLES = Path(__file__).parents[2] / "sample_images"
NARROW = (80, 24)
WIDE = (140, 40)

Script = Callable[[Pilot[None]], Awaitable[None]]


@cache
def sample(name: str = "naive-devel.docker.tar") -> Analysis:
    """The analysis of a bundled sample, made once a run."""
    return layerscope.analyze(str(SAMPLES / name))


def drive(app: App[None], script: Script, size: tuple[int, int] = NARROW) -> None:
    """Start the app, run the script against it, and end it."""

    async def run() -> None:
        async with app.run_test(size=size, notifications=True) as pilot:
            await pilot.pause()
            await script(pilot)

    asyncio.run(run())


def drive_sample(script: Script, size: tuple[int, int] = NARROW) -> None:
    """The same with the big sample in the app."""
    drive(LayerscopeApp(sample()), script, size)


def screen_text(app: App[None]) -> str:
    """What the terminal shows, as lines of text."""
    width, height = app.size
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).ljust(width) for strip in strips[:height])


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys, each after what the one before brought about."""
    await pilot.press(*keys)
    await pilot.pause()


async def until(pilot: Pilot[None], holds: Callable[[], bool]) -> None:
    """Wait for something that comes about in its own time."""
    for _ in range(600):
        if holds():
            return
        await pilot.pause(0.05)
    raise AssertionError("This never came true.")
