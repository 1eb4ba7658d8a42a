"""Opens the terminal's screens on an archive: how long the first picture and all screens take, and their memory."""

import argparse
import asyncio
import gc
import json
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import layerscope
from layerscope.analysis import Analysis

COLUMNS, LINES = 140, 40


def main(argv: list[str]) -> int:
    """Analyse, show every screen, and print figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("archive", metavar="ARCHIVE")
    analysis = layerscope.analyze(parser.parse_args(argv).archive)
    gc.freeze()
    before_bytes = resident_bytes()
    first_paint_s, prepared_s = asyncio.run(_show(analysis))
    figures = {
        "first_paint_seconds": first_paint_s,
        "prepared_seconds": prepared_s,
        "memory_bytes": resident_bytes() - before_bytes,
    }
    sys.stdout.write(json.dumps(figures) + "\n")
    return 0


async def _show(analysis: Analysis) -> tuple[float, float]:
    """From having the analysis to the first picture and to all screens, starting and loading the library included."""
    began_s = time.perf_counter()
    from layerscope.tui.app import LayerscopeApp
    from layerscope.tui.screens import all_screens

    prepared = asyncio.Event()
    app = LayerscopeApp(analysis, prepared.set)
    async with app.run_test(size=(COLUMNS, LINES)) as pilot:
        painted = asyncio.Event()
        app.screen.call_after_refresh(painted.set)
        await painted.wait()
        first_paint_s = time.perf_counter() - began_s
        await prepared.wait()
        prepared_s = time.perf_counter() - began_s
        for screen in all_screens():
            await pilot.press(str(screen.NUMBER), "down", "enter", "tab", "down", "enter")
            await pilot.pause()
    return first_paint_s, prepared_s


def resident_bytes() -> int:
    """The memory of this process that is in use."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
