"""The screen while a scan runs: how far each layer is, and the files of those that are through."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from layerscope.index.layer_stack import stack_layers
from layerscope.tui.scan_state import ScanSnapshot, ScanState
from layerscope.tui.view_model.file_tree import layer_tree
from layerscope.tui.view_model.folders import Folders
from layerscope.tui.view_model.scan import BlobRow, blob_rows, progress_line
from layerscope.tui.widgets.byte_bar import ByteBar, draw_bar
from layerscope.tui.widgets.key_line import KeyLine
from layerscope.tui.widgets.row_table import Cell, Column, RowTable
from layerscope.tui.widgets.tree_table import TreeTable
from layerscope.units import human_bytes, safe_text

_EVERY_S = 0.1
_COLUMNS = (
    Column("layer", 20),
    Column("size", 9, "right"),
    Column("", 12),
    Column("", 8),
    Column("entries", 9, "right"),
)


class ScanScreen(Screen[None]):
    """Looks at the scan ten times a second."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,ctrl+c", "app.leave", "Cancel", key_display="q", priority=True, id="scan.cancel"),
        Binding("tab", "other", "Layers/files", id="scan.other", tooltip="Move between the layers and the files"),
    ]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012 - Textual declares it for instances
    DEFAULT_CSS = """
    ScanScreen #scan-title { height: 1; padding: 0 1; background: $panel; }
    ScanScreen #scan-progress { height: 2; padding: 0 1; background: $surface; }
    ScanScreen #scan-columns { layout: vertical; height: 1fr; }
    ScanScreen.-wide #scan-columns { layout: horizontal; }
    ScanScreen.-wide #scan-files { border-left: tall $panel; }
    """

    def __init__(self, reference: str, state: ScanState) -> None:
        super().__init__(id="screen-scan")
        self._reference = safe_text(reference)
        self._state = state
        self._shown: BlobRow | None = None

    def compose(self) -> ComposeResult:
        """Progress above, layers and files below."""
        yield Static(Content.styled(self._reference, "bold"), id="scan-title")
        yield Static(id="scan-progress")
        with Container(id="scan-columns"):
            yield RowTable[BlobRow](_COLUMNS, _cells, id="scan-blobs", empty="Looking for the image.")
            with Vertical(id="scan-files"):
                yield TreeTable(id="scan-tree", empty="Files are here once a layer has been read.")
        yield KeyLine()

    def on_mount(self) -> None:
        """Look now, and again and again."""
        self._look()
        self.set_interval(_EVERY_S, self._look)

    def action_other(self) -> None:
        """From the layers to the files, and back."""
        (self._table if self._tree.has_focus else self._tree).focus()

    @property
    def _table(self) -> RowTable[BlobRow]:
        return self.query_one("#scan-blobs", RowTable)

    @property
    def _tree(self) -> TreeTable:
        return self.query_one(TreeTable)

    def _look(self) -> None:
        snapshot = self._state.snapshot()
        self.query_one("#scan-progress", Static).update(self._progress(snapshot), layout=False)
        self._table.show(blob_rows(snapshot), self._table.cursor)

    def _progress(self, snapshot: ScanSnapshot) -> Content:
        line = Content.assemble((snapshot.stage or "Looking for the image", "bold"), "  ", progress_line(snapshot))
        if snapshot.note:
            line = Content.assemble(line, "  ", (safe_text(snapshot.note), "dim"))
        bar = ByteBar(snapshot.read_bytes, snapshot.total_bytes or 0)
        return Content.assemble(line, "\n", draw_bar(bar, max(0, self.size.width - 2)))

    @on(RowTable.Highlighted, "#scan-blobs")
    def _browse(self) -> None:
        row = self._table.row
        if row is None or row.scan is None or (self._shown and self._shown.scan is row.scan):
            return
        self._shown = row
        stack = stack_layers([row.scan])
        self._tree.show_folders(Folders(layer_tree(stack, 0, stack.sizes)), is_filtered=False)

    @on(RowTable.Chosen, "#scan-blobs")
    def _into_tree(self) -> None:
        self._tree.focus()


def _cells(row: BlobRow) -> Sequence[Cell]:
    bar = ByteBar(row.read_bytes, row.total_bytes or 0, style="$success" if row.scan else "$yours")
    return row.name, human_bytes(row.total_bytes), bar, row.state, row.entries
