"""The Files screen: every key, against the analysis."""

from textual.pilot import Pilot

from layerscope.tui.widgets.row_table import RowTable
from tests.tui.drive import drive_sample, press, sample, screen_text


def names(pilot: Pilot[None]) -> list[str]:
    return [row.name for row in pilot.app.screen.query_one("#files", RowTable).rows]


def test_the_root_adds_up_to_the_live_bytes() -> None:
    async def script(pilot: Pilot[None]) -> None:
        await press(pilot, "3")
        assert f"/  {sample().index.live_bytes / 1000:.1f} kB stored" in screen_text(pilot.app)
        assert names(pilot)[0] == "usr"

    drive_sample(script)


def test_folders_are_entered_and_left() -> None:
    async def script(pilot: Pilot[None]) -> None:
        await press(pilot, "3", "enter")
        assert names(pilot)[:2] == ["local", "lib"]
        await press(pilot, "down", "l")
        assert "/usr/lib  " in screen_text(pilot.app)
        await press(pilot, "h")
        row = pilot.app.screen.query_one("#files", RowTable).row
        assert row is not None
        assert row.name == "lib"
        await press(pilot, "left", "left")
        assert names(pilot)[0] == "usr"

    drive_sample(script)


def test_sort_keys_order_the_folder() -> None:
    async def script(pilot: Pilot[None]) -> None:
        await press(pilot, "3", "n")
        assert names(pilot) == sorted(names(pilot))
        await press(pilot, "C")
        table = pilot.app.screen.query_one("#files", RowTable)
        counts = [row.files for row in table.rows]
        assert counts == sorted(counts, reverse=True)
        await press(pilot, "s")
        sizes = [row.size_bytes for row in table.rows]
        assert sizes == sorted(sizes, reverse=True)
        assert sizes != sorted(sizes)

    drive_sample(script)


def test_t_puts_folders_first() -> None:
    async def script(pilot: Pilot[None]) -> None:
        await press(pilot, "3")
        table = pilot.app.screen.query_one("#files", RowTable)
        assert [row.folder is None for row in table.rows] != sorted(row.folder is None for row in table.rows)
        await press(pilot, "t")
        assert [row.folder is None for row in table.rows] == sorted(row.folder is None for row in table.rows)

    drive_sample(script)


def test_a_filter_by_size_changes_the_sums() -> None:
    async def script(pilot: Pilot[None]) -> None:
        index = sample().index
        big = [int(size) for size, by in zip(index.sizes, index.hidden_by, strict=True) if by == -1 and size >= 5_000]
        await press(pilot, "3", "slash", *">5kb")
        assert f"/  {sum(big) / 1000:.1f} kB stored, {len(big)} files" in screen_text(pilot.app)
        await press(pilot, "escape")
        assert f"/  {index.live_bytes / 1000:.1f} kB stored" in screen_text(pilot.app)

    drive_sample(script)


def test_details_tell_what_a_folder_holds_and_who_brought_a_file() -> None:
    async def script(pilot: Pilot[None]) -> None:
        await press(pilot, "3", "i")
        assert "PyTorch" in screen_text(pilot.app)
        await press(pilot, "slash", *"libtorch_cuda.so", "enter", "l", "l", "l", "l", "l", "l", "l", "l")
        text = screen_text(pilot.app)
        assert "layer  13" in text
        assert "torch 2.5.1" in text
        await press(pilot, "i")
        assert "torch 2.5.1" not in screen_text(pilot.app)

    drive_sample(script)


def test_y_copies_the_path() -> None:
    async def script(pilot: Pilot[None]) -> None:
        await press(pilot, "3", "l", "y")
        assert pilot.app.clipboard == "/usr/local"

    drive_sample(script)


def test_a_shows_bytes_on_the_wire() -> None:
    async def script(pilot: Pilot[None]) -> None:
        await press(pilot, "3", "l", "a")
        assert "on the wire, estimated" in screen_text(pilot.app)
        assert "/usr  " in screen_text(pilot.app)

    drive_sample(script)
