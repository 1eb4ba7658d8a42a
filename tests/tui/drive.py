"""Runs the app without a terminal and presses its keys."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path

from textual.app import App
from textual.pilot import Pilot

import layerscope
from layerscope.analysis import Analysis
from layerscope.tui.app import LayerscopeApp

SAMPLES = Path(__file__).parents[2] / "sample_images"
PATIENCE_S = 60.0
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
            await settle(pilot)
            try:
                await script(pilot)
            finally:
                await leave(pilot)

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
    for key in keys:
        await pilot.press(key)
        await settle(pilot)


async def settle(pilot: Pilot[None]) -> None:
    """Wait until every widget has done what it was told, and what follows from it is drawn.

    Textual's own pause takes a process that gets no time from a busy machine for one that has nothing to do.
    """
    end_s, looks = time.monotonic() + PATIENCE_S, 0
    while looks < 2 and not _is_over(pilot.app):
        assert time.monotonic() < end_s, "The screens never came to rest."
        await pilot._wait_for_screen(PATIENCE_S)
        await asyncio.sleep(0)
        looks = 0 if _is_busy(pilot.app) else looks + 1
        await asyncio.sleep(0.005)


async def leave(pilot: Pilot[None]) -> None:
    """End the app as a key does: after what it is doing, and not amidst it."""
    if not _is_over(pilot.app):
        pilot.app.call_later(pilot.app.exit)
        await until(pilot, lambda: _is_over(pilot.app))


async def until(pilot: Pilot[None], holds: Callable[[], bool]) -> None:
    """Wait for something that comes about in its own time."""
    end_s = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end_s, "This never came true."
        assert pilot.app._exception is None
        await asyncio.sleep(0.02)


def _is_busy(app: App[None]) -> bool:
    """Whether messages wait, or something has to be laid out or drawn."""
    screen = app.screen
    pumps = (app, *screen.walk_children(with_self=True))
    return (
        any(pump.message_queue_size or pump._next_callbacks for pump in pumps)
        or any((screen._layout_required, screen._scroll_required, screen._repaint_required, screen._recompose_required))
        or bool(screen._dirty_widgets or screen._callbacks or app._batch_count)
    )


def _is_over(app: App[None]) -> bool:
    """Whether it has ended, or failed."""
    return app._exit or app._exception is not None
