"""The scan behind the screens: what is shown of it, how it ends, how it is cancelled."""

import asyncio
import threading
from functools import partial

import pytest
from textual.pilot import Pilot

from layerscope.analysis import Analysis
from layerscope.errors import ImageNotFound
from layerscope.pipeline import analyze_image
from layerscope.progress import Progress
from layerscope.tui.app import LayerscopeApp
from layerscope.tui.scan import Scan
from layerscope.tui.scan_state import ScanCancelled, ScanState
from layerscope.tui.view_model.scan import blob_rows, progress_line
from layerscope.tui.widgets.row_table import RowTable
from layerscope.tui.widgets.tree_table import TreeTable
from tests.tui.drive import SAMPLES, drive, press, screen_text, settle, until

ARCHIVE = str(SAMPLES / "naive-devel.docker.tar")
PATIENCE_S = 30.0


def test_a_scan_ends_in_the_overview() -> None:
    async def script(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: "pip's cache is in the image" in screen_text(pilot.app))
        assert pilot.app.screen.id == "screen-overview"

    drive(LayerscopeApp(Scan(ARCHIVE, partial(analyze_image, ARCHIVE, None))), script)


def test_layers_can_be_browsed_while_others_are_read() -> None:
    """The scan is held after its layers, so that the screen can be looked at."""
    held, go_on = threading.Event(), threading.Event()

    def analyze(progress: Progress) -> Analysis:
        class Held(ScanState):
            def stage(self, title: str) -> None:
                if title != "Reading layers":
                    held.set()
                    assert go_on.wait(PATIENCE_S)
                super().stage(title)

        assert isinstance(progress, ScanState)
        progress.__class__ = Held
        return analyze_image(ARCHIVE, None, progress)

    async def script(pilot: Pilot[None]) -> None:
        await until(pilot, held.is_set)
        await until(pilot, lambda: "done" in screen_text(pilot.app))
        blobs = pilot.app.screen.query_one("#scan-blobs", RowTable)
        assert len(blobs.rows) == 19
        await press(pilot, "enter", "enter")
        tree = pilot.app.screen.query_one(TreeTable)
        assert tree.has_focus
        assert len(tree.rows) > 2
        await press(pilot, "1", "4", "question_mark", "escape")
        assert pilot.app.screen.id == "screen-scan"
        go_on.set()
        await until(pilot, lambda: pilot.app.screen.id == "screen-overview")
        await settle(pilot)

    drive(LayerscopeApp(Scan(ARCHIVE, analyze)), script)


@pytest.mark.parametrize("key", ["q", "ctrl+c"])
def test_a_scan_is_cancelled_by(key: str) -> None:
    begun = threading.Event()
    ended = threading.Event()

    def analyze(progress: Progress) -> Analysis:
        begun.set()
        try:
            while True:
                progress.advance("a", 1)
                ended.wait(0.01)
        finally:
            ended.set()

    scan = Scan("slow", analyze)
    app = LayerscopeApp(scan)

    async def script(pilot: Pilot[None]) -> None:
        await until(pilot, begun.is_set)
        await press(pilot, key)

    drive(app, script)
    assert isinstance(app.error, KeyboardInterrupt)
    assert scan.wait(PATIENCE_S)
    assert ended.is_set()


def test_a_note_stands_beside_the_progress() -> None:
    told, go_on = threading.Event(), threading.Event()

    def analyze(progress: Progress) -> Analysis:
        progress.note("The folder is closed.\x1b[31m")
        told.set()
        assert go_on.wait(PATIENCE_S)
        return analyze_image(ARCHIVE, None, progress)

    async def script(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: "The folder is closed.\\x1b[31m" in screen_text(pilot.app))
        go_on.set()
        await until(pilot, lambda: "pip's cache is in the image" in screen_text(pilot.app))

    drive(LayerscopeApp(Scan(ARCHIVE, analyze)), script)


def test_an_error_ends_the_app_and_is_kept() -> None:
    def analyze(_: Progress) -> Analysis:
        raise ImageNotFound("No such image.")

    app = LayerscopeApp(Scan("missing", analyze))

    async def script(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.error is not None)

    drive(app, script)
    assert str(app.error).startswith("No such image.")


def test_progress_is_told_in_bytes_rate_and_time() -> None:
    now_s = 100.0
    state = ScanState(lambda: now_s)
    state.stage("Reading layers")
    state.planned("one\x1b", 4_000_000)
    state.planned("two", 6_000_000)
    state.layer("one\x1b", 4_000_000)
    state.advance("one\x1b", 2_000_000)
    now_s = 102.0
    snapshot = state.snapshot()
    assert progress_line(snapshot) == "2.0 MB of 10.0 MB, 1.0 MB/s, 8.0 s left, 2.0 s so far"
    rows = blob_rows(snapshot)
    assert [(row.name, row.state, row.read_bytes) for row in rows] == [
        ("one\\x1b", "reading", 2_000_000),
        ("two", "waiting", 0),
    ]
    state.done("one\x1b")
    assert state.snapshot().read_bytes == 4_000_000


def test_an_unknown_length_gives_no_total() -> None:
    state = ScanState(lambda: 1.0)
    state.layer("pipe", None)
    state.advance("pipe", 5)
    snapshot = state.snapshot()
    assert (snapshot.total_bytes, snapshot.left_s, snapshot.read_bytes) == (None, None, 5)


def test_every_call_ends_a_cancelled_scan() -> None:
    state = ScanState()
    state.cancel()
    for call in (
        lambda: state.stage("a"),
        lambda: state.layer("a", 1),
        lambda: state.advance("a", 1),
        lambda: state.planned("a", 1),
    ):
        with pytest.raises(ScanCancelled):
            call()


def test_whoever_leaves_while_the_screens_arrive_sees_no_error() -> None:
    app = LayerscopeApp(Scan(ARCHIVE, partial(analyze_image, ARCHIVE, None)))

    async def script(pilot: Pilot[None]) -> None:
        while app.screen.id != "screen-overview":
            await asyncio.sleep(0)
        app.action_leave()
        await until(pilot, lambda: app.return_code is not None)

    drive(app, script)
    assert app.return_code == 0
