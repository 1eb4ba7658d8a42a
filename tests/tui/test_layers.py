"""The Layers screen: every key, against what the sample's recipe and its analysis say."""

from textual.pilot import Pilot

from layerscope.tui.messages import GoToFile, GoToLayer, GoToRow
from layerscope.tui.widgets.row_table import RowTable
from layerscope.tui.widgets.tree_table import TreeTable
from tests.tui.drive import WIDE, drive_sample, press, sample, screen_text, settle


def test_the_largest_layer_is_chosen_and_its_files_are_there() -> None:
    async def script(pilot: Pilot[None]) -> None:
        await press(pilot, "2")
        text = screen_text(pilot.app)
        assert "layer 13  183.7 kB stored, 126 files" in text
        assert "RUN pip install" in text
        await press(pilot, "up")
        assert "layer 12  44.4 kB stored" in screen_text(pilot.app)
        await press(pilot, "g")
        assert "layer 0  11.4 kB stored" in screen_text(pilot.app)
        await press(pilot, "G")
        assert "layer 18  0 B stored" in screen_text(pilot.app)

    drive_sample(script)


def test_folders_open_and_close() -> None:
    async def script(pilot: Pilot[None]) -> None:
        await press(pilot, "2", "tab", "enter")
        tree = pilot.app.screen.query_one(TreeTable)
        assert [line.row.name for line in tree.rows] == ["usr", "local", "root"]
        await press(pilot, "j", "l", "j", "h")
        assert tree.row is not None
        assert tree.row.row.name == "local"
        await press(pilot, "h", "h")
        assert [line.row.name for line in tree.rows] == ["usr", "root"]
        await press(pilot, "space", "j", "space")
        assert len(tree.rows) > 3
        await press(pilot, "c")
        assert [line.row.name for line in tree.rows] == ["usr", "root"]

    drive_sample(script)


def test_t_shows_all_layers_up_to_one() -> None:
    async def script(pilot: Pilot[None]) -> None:
        await press(pilot, "2", "G", "t")
        live_bytes = sample().index.live_bytes
        assert f"layers 0 to 18  {live_bytes / 1000:.1f} kB stored" in screen_text(pilot.app)

    drive_sample(script)


def test_r_shows_instructions_as_recorded() -> None:
    async def script(pilot: Pilot[None]) -> None:
        await press(pilot, "2")
        assert "/bin/sh -c" not in screen_text(pilot.app)
        await press(pilot, "r")
        assert "/bin/sh -c pip install" in screen_text(pilot.app)

    drive_sample(script, WIDE)


def test_kinds_of_change_can_be_switched() -> None:
    async def script(pilot: Pilot[None]) -> None:
        # Layer 18 deletes what earlier layers brought, and adds nothing.
        await press(pilot, "2", "G")
        tree = pilot.app.screen.query_one(TreeTable)
        assert tree.rows
        await press(pilot, "minus", "tilde")
        assert "+ (~) (-) = x" in screen_text(pilot.app)
        assert not tree.rows
        await press(pilot, "minus", "plus", "equals_sign", "x")
        assert "(+) (~) - (=) (x)" in screen_text(pilot.app)
        assert tree.rows

    drive_sample(script)


def test_a_filter_narrows_the_tree_and_escape_drops_it() -> None:
    async def script(pilot: Pilot[None]) -> None:
        await press(pilot, "2", "slash", *"*.so")
        tree = pilot.app.screen.query_one(TreeTable)
        files = [line.row.name for line in tree.rows if line.row.folder is None]
        assert files
        assert all(name.endswith(".so") for name in files)
        await press(pilot, "enter", "slash", "escape")
        assert tree.has_focus
        assert [line.row.name for line in tree.rows if line.depth == 0] == ["usr", "root"]

    drive_sample(script)


def test_i_tells_of_the_layer_and_of_the_file() -> None:
    async def script(pilot: Pilot[None]) -> None:
        await press(pilot, "2", "i")
        assert str(sample().layer_totals[13].layer.diff_id)[:40] in screen_text(pilot.app)
        await press(pilot, "tab", "l")
        text = screen_text(pilot.app)
        assert "path  /usr" in text
        assert "drwxr-xr-x" in text

    drive_sample(script, WIDE)


def test_y_copies_the_instruction_or_the_path() -> None:
    async def script(pilot: Pilot[None]) -> None:
        await press(pilot, "2", "y")
        assert pilot.app.clipboard.startswith("RUN pip install")
        await press(pilot, "tab", "y")
        assert pilot.app.clipboard == "/usr"

    drive_sample(script)


def test_a_shows_bytes_on_the_wire() -> None:
    async def script(pilot: Pilot[None]) -> None:
        of_rows, index = sample().transfer.of_rows, sample().index
        assert of_rows is not None
        wire_bytes = int(of_rows[int(index.bounds[13]) : int(index.bounds[14])].sum())
        await press(pilot, "2", "a")
        assert f"layer 13  {wire_bytes / 1000:.1f} kB on the wire, estimated" in screen_text(pilot.app)
        await press(pilot, "a")
        assert "layer 13  183.7 kB stored" in screen_text(pilot.app)

    drive_sample(script)


def test_messages_lead_to_layers_and_files() -> None:
    async def script(pilot: Pilot[None]) -> None:
        app, index = pilot.app, sample().index
        hidden = sample().index.superseded[0].rows[0]
        app.screen.post_message(GoToRow(hidden))
        await settle(pilot)
        await settle(pilot)
        layers = app.screen.query_one("#layers", RowTable)
        tree = app.screen.query_one(TreeTable)
        assert layers.cursor == int(index.layers[hidden])
        assert tree.row is not None
        assert tree.row.row.path == index.path(hidden)
        app.screen.post_message(GoToLayer(3))
        await settle(pilot)
        assert layers.cursor == 3
        app.screen.post_message(GoToFile(hidden))
        await settle(pilot)
        await settle(pilot)
        assert app.screen.id == "screen-layers"
        live = int(index.sizes.argmax())
        app.screen.post_message(GoToFile(live))
        await settle(pilot)
        await settle(pilot)
        assert app.screen.id == "screen-files"
        shown = app.screen.query_one("#files", RowTable).row
        assert shown is not None
        assert shown.path == index.path(live)

    drive_sample(script)


def test_a_click_chooses_a_layer() -> None:
    async def script(pilot: Pilot[None]) -> None:
        await press(pilot, "2", "g")
        await pilot.click("#layers", offset=(20, 3))
        await settle(pilot)
        assert "layer 2  9.4 kB stored" in screen_text(pilot.app)

    drive_sample(script)
