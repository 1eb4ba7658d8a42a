"""Screen 3: the final root file system, a folder at a time."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

import numpy as np
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from layerscope.tui.analysis_screen import AnalysisScreen
from layerscope.tui.bindings import DETAILS, FILTER, SORT
from layerscope.tui.view_model.entry_facts import entry_facts, folder_facts
from layerscope.tui.view_model.file_tree import FileTree, final_tree
from layerscope.tui.view_model.filter import Filter
from layerscope.tui.view_model.folders import Folder, Folders, Order, TreeRow
from layerscope.tui.widgets.byte_bar import ByteBar
from layerscope.tui.widgets.detail_pane import DetailPane, facts_content
from layerscope.tui.widgets.filter_bar import FilterBar
from layerscope.tui.widgets.row_table import Cell, Column, RowTable
from layerscope.units import human_bytes, human_share, safe_text

_COLUMNS = (
    Column("size", 9, "right"),
    Column("", 7, "right", from_width=60),
    Column("", 20, from_width=60),
    Column("files", 8, "right"),
    Column("name"),
)


class FilesScreen(AnalysisScreen):
    """What a container sees, biggest first."""

    NUMBER = 3
    NAME = "files"
    LABEL = "Files"
    BINDINGS: ClassVar[list[BindingType]] = [
        *SORT,
        *FILTER,
        *DETAILS,
        Binding("t", "folders_first", "Folders first", show=False, id="files.folders", tooltip="Folders before files"),
    ]
    DEFAULT_CSS = """
    FilesScreen #files-place { height: 1; padding: 0 1; color: $quiet; }
    FilesScreen DetailPane { height: 11; max-height: 50%; }
    """

    def compose(self) -> ComposeResult:
        """Where we are, what is there, and what is known of it."""
        yield from self.framed(self._body())

    def _body(self) -> Iterable[Widget]:
        yield Static(id="files-place")
        yield RowTable[TreeRow](_COLUMNS, self._cells, id="files", empty="Nothing here matches.")
        yield DetailPane()
        yield FilterBar()

    def on_mount(self) -> None:
        """Begin at the root."""
        self.query_one(DetailPane).display = False
        self._order = Order.SIZE
        self._are_folders_first = False
        self._filter = Filter()
        self._read()
        self._way = [self._folders.root]
        self._show()

    def basis_changed(self) -> None:
        """Other sizes, the same folder."""
        self._read()
        self._show(self._cursor_path)

    def copy_text(self) -> str | None:
        """The path under the cursor."""
        return f"/{safe_text(self._cursor_path)}" if self._cursor_path else None

    def show_row(self, row: int) -> None:
        """Go to the folder of a row of the index, with the cursor on it."""
        path = self.analysis.index.path(row)
        self._way = self._folders.find(path)
        self._show(path)

    def action_sort(self, how: str) -> None:
        """Order by size, name or number of files."""
        self._order = Order(how)
        self._show(self._cursor_path)

    def action_folders_first(self) -> None:
        """Folders before files, or all mixed."""
        self._are_folders_first = not self._are_folders_first
        self._show(self._cursor_path)

    def action_filter(self) -> None:
        """Type a filter."""
        self.query_one(FilterBar).open()

    def action_details(self) -> None:
        """Show or hide what is known of the row."""
        self.query_one(DetailPane).toggle()
        self._describe()

    @on(FilterBar.Typed)
    def _typed(self, event: FilterBar.Typed) -> None:
        self._filter = Filter.parse(event.text)
        self._folders = Folders(self._tree, self._filter)
        self._show(self._cursor_path)

    @on(FilterBar.Finished)
    def _finished(self) -> None:
        self.query_one(RowTable).focus()

    @on(RowTable.Chosen)
    def _enter(self, event: RowTable.Chosen) -> None:
        row = event.row
        if isinstance(row, TreeRow) and row.folder is not None:
            self._way.append(row.folder)
            self._show()

    @on(RowTable.Left)
    def _leave(self) -> None:
        if len(self._way) > 1:
            left = self._way.pop()
            self._show(left.path)

    @on(RowTable.Highlighted)
    def _describe(self) -> None:
        pane = self.query_one(DetailPane)
        row = self._table.row
        if pane.display and row:
            pane.show(facts_content(self._facts(row)))

    @property
    def _table(self) -> RowTable[TreeRow]:
        return self.query_one("#files", RowTable)

    @property
    def _cursor_path(self) -> bytes:
        return self._table.row.path if self._table.row else b""

    def _read(self) -> None:
        self._tree: FileTree = final_tree(self.analysis.index, self.session.sizes)
        self._folders = Folders(self._tree, self._filter)

    def _show(self, path: bytes = b"") -> None:
        """Show the folder at the end of the way, with the cursor on a path in it."""
        here = self._way[-1]
        rows = self._folders.children(here, self._order, are_folders_first=self._are_folders_first)
        self._total = self._folders.total(here)
        self._largest_bytes = max((row.size_bytes for row in rows), default=0)
        place = next((at for at, row in enumerate(rows) if row.path == path), 0)
        text = f"/{safe_text(here.path)}  {human_bytes(self._total.size_bytes)} {self.session.basis}"
        self.query_one("#files-place", Static).update(Content(f"{text}, {self._total.files:,} files"), layout=False)
        self._table.show(rows, place)

    def _cells(self, row: TreeRow) -> Sequence[Cell]:
        return (
            human_bytes(row.size_bytes),
            human_share(row.size_bytes, self._total.size_bytes),
            ByteBar(row.size_bytes, self._largest_bytes),
            f"{row.files:,}" if row.folder else "",
            _name(row),
        )

    def _facts(self, row: TreeRow) -> list[tuple[str, str]]:
        if row.folder is None:
            return entry_facts(self.analysis, row.row) if row.row is not None else []
        return folder_facts(self.analysis, row.path, self._rows_below(row.folder), self.session.sizes)

    def _rows_below(self, folder: Folder) -> np.ndarray:
        rows = self._tree.rows[folder.start : folder.end]
        return rows[rows >= 0]


def _name(row: TreeRow) -> Content:
    if row.left_out:
        return Content.styled(f"… {row.left_out:,} more; a filter shows them", "$quiet")
    return Content.styled(f"{row.name}/", "bold") if row.folder else Content(row.name)


SCREEN = FilesScreen
