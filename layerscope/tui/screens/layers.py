"""Screen 2: each layer, and beside it the files that it brings, or the root file system up to it."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from layerscope.tui.analysis_screen import AnalysisScreen
from layerscope.tui.bindings import DETAILS, FILTER
from layerscope.tui.session import Session
from layerscope.tui.view_model.changes import ChangeFilter
from layerscope.tui.view_model.entry_facts import entry_facts
from layerscope.tui.view_model.file_tree import FileTree, layer_tree, tree_up_to
from layerscope.tui.view_model.filter import Filter
from layerscope.tui.view_model.folders import Folders
from layerscope.tui.view_model.layers import LayerRow, layer_rows
from layerscope.tui.widgets.byte_bar import ByteBar
from layerscope.tui.widgets.detail_pane import DetailPane, facts_content, heading
from layerscope.tui.widgets.filter_bar import FilterBar
from layerscope.tui.widgets.row_table import Cell, Column, RowTable
from layerscope.tui.widgets.tree_table import TreeTable
from layerscope.units import human_bytes, safe_text

_COLUMNS = (
    Column("#", 3, "right"),
    Column("", 5),
    Column("size", 9, "right"),
    Column("hidden", 9, "right"),
    Column("", 8),
    Column("instruction"),
)


class LayersScreen(AnalysisScreen):
    """The layers from the bottom, and the tree of the chosen one."""

    NUMBER = 2
    NAME = "layers"
    LABEL = "Layers"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "other", "Layers/tree", id="layers.other", tooltip="Move between the layers and the tree"),
        Binding("t", "cumulative", "Up to here", id="layers.cumulative", tooltip="This layer alone, or all up to it"),
        Binding("r", "raw", "Raw", id="layers.raw", tooltip="Instructions as the builder recorded them"),
        Binding("plus", "change('added')", "+", show=False, id="layers.added", tooltip="Show or hide added paths"),
        Binding(
            "tilde", "change('changed')", "~", show=False, id="layers.changed", tooltip="Show or hide changed paths"
        ),
        Binding(
            "minus", "change('removed')", "-", show=False, id="layers.removed", tooltip="Show or hide removed paths"
        ),
        Binding(
            "equals_sign", "change('same')", "=", show=False, id="layers.same", tooltip="Show or hide unchanged paths"
        ),
        Binding(
            "x", "change('hidden')", "x", show=False, id="layers.hidden", tooltip="Show or hide what is hidden later"
        ),
        *FILTER,
        *DETAILS,
    ]
    DEFAULT_CSS = """
    LayersScreen #layers-columns { layout: vertical; height: 1fr; }
    LayersScreen #layers { height: 2fr; max-height: 45%; }
    LayersScreen #layers-side { height: 3fr; }
    LayersScreen #layers-place { height: 1; padding: 0 1; color: $quiet; background: $surface; }
    LayersScreen DetailPane { height: 9; }
    LayersScreen.-wide #layers-columns { layout: horizontal; }
    LayersScreen.-wide #layers { width: 1fr; height: 1fr; max-height: 100%; }
    LayersScreen.-wide #layers-side { width: 1fr; height: 1fr; border-left: tall $panel; }
    LayersScreen.-wide DetailPane { height: 13; }
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._filter = Filter()
        self._changes = ChangeFilter()
        self._is_cumulative = False
        self._is_raw = False
        self._position = -1
        self._kept: tuple[tuple[int, bool, bool], FileTree] | None = None

    def compose(self) -> ComposeResult:
        """Layers on the left or above, their files on the right or below."""
        yield from self.framed(self._body())

    def _body(self) -> Iterable[Widget]:
        with Container(id="layers-columns"):
            yield RowTable[LayerRow](_COLUMNS, self._cells, id="layers", empty="The image has no layers.")
            with Vertical(id="layers-side"):
                yield Static(id="layers-place")
                yield TreeTable(id="layers-tree", empty="No entries here that match.")
                yield DetailPane()
        yield FilterBar()

    def on_mount(self) -> None:
        """Begin with the largest layer."""
        self.query_one(DetailPane).display = False
        rows = self._read()
        self._table.show(rows, max(range(len(rows)), key=lambda at: rows[at].size_bytes, default=0))

    def basis_changed(self) -> None:
        """Other sizes, the same layer."""
        self._table.show(self._read(), self._table.cursor)
        self._show_tree()

    def copy_text(self) -> str | None:
        """The path under the cursor, or the layer's instruction."""
        if self._tree.has_focus and self._tree.row:
            return f"/{safe_text(self._tree.row.row.path)}"
        return self._table.row.instruction if self._table.row else None

    def show_layer(self, position: int) -> None:
        """Put the cursor on a layer."""
        self._table.cursor = position
        self._table.focus()

    def show_row(self, row: int) -> None:
        """Show a row of the index in its layer's tree, whatever was filtered before."""
        self.query_one(FilterBar).action_drop()
        self._filter, self._changes, self._is_cumulative = Filter(), ChangeFilter(), False
        self._table.cursor = int(self.analysis.index.layers[row])
        self._show_tree()
        self._tree.reveal(self.analysis.index.path(row))
        self._tree.focus()

    def action_other(self) -> None:
        """From the layers to the tree, and back."""
        (self._table if self._tree.has_focus else self._tree).focus()
        self._describe()

    def action_cumulative(self) -> None:
        """Change between one layer and all up to it."""
        self._is_cumulative = not self._is_cumulative
        self._show_tree()

    def action_raw(self) -> None:
        """Change between cleaned instructions and recorded ones."""
        self._is_raw = not self._is_raw
        self._table.refresh()
        self._describe()

    def action_change(self, name: str) -> None:
        """Show or hide one kind of change."""
        self._changes = self._changes.toggled(name)
        self._show_tree()

    def action_filter(self) -> None:
        """Type a filter for the tree."""
        self.query_one(FilterBar).open()

    def action_details(self) -> None:
        """Show or hide what is known of the layer or the file."""
        self.query_one(DetailPane).toggle()
        self._describe()

    @on(FilterBar.Typed)
    def _typed(self, event: FilterBar.Typed) -> None:
        self._filter = Filter.parse(event.text)
        self._show_tree()

    @on(FilterBar.Finished)
    def _finished(self) -> None:
        self._tree.focus()

    @on(RowTable.Chosen, "#layers")
    def _into_tree(self) -> None:
        self._tree.focus()

    @on(RowTable.Highlighted, "#layers")
    def _other_layer(self) -> None:
        if self._table.row and self._table.row.position != self._position:
            self._show_tree()
        self._describe()

    @on(RowTable.Highlighted, "#layers-tree")
    def _describe(self) -> None:
        pane = self.query_one(DetailPane)
        if not pane.display:
            return
        line, layer = self._tree.row, self._table.row
        if self._tree.has_focus and line and line.row.row is not None:
            pane.show(facts_content(entry_facts(self.analysis, line.row.row)))
        elif layer:
            text = layer.raw if self._is_raw else layer.instruction
            pane.show(Content.assemble(heading(f"Layer {layer.position}"), text, "\n", facts_content(layer.facts)))

    @property
    def _table(self) -> RowTable[LayerRow]:
        return self.query_one("#layers", RowTable)

    @property
    def _tree(self) -> TreeTable:
        return self.query_one(TreeTable)

    def _read(self) -> list[LayerRow]:
        rows = layer_rows(self.analysis, self.session.sizes)
        self._largest_bytes = max((row.size_bytes for row in rows), default=0)
        return rows

    def _show_tree(self) -> None:
        layer = self._table.row
        if layer is None:
            return
        self._position = layer.position
        folders = Folders(self._file_tree(layer.position), self._filter, self._changes.shown)
        total = folders.total(folders.root)
        what = f"layers 0 to {layer.position}" if self._is_cumulative else f"layer {layer.position}"
        size = f"{human_bytes(total.size_bytes)} {self.session.basis}, {total.files:,} files"
        place = Content.assemble((what, "bold"), f"  {size}  ", self._changes.text)
        self.query_one("#layers-place", Static).update(place, layout=False)
        self._tree.show_folders(folders, is_filtered=not self._filter.is_empty)

    def _file_tree(self, position: int) -> FileTree:
        """The tree of a layer, or of all up to it; the last one is kept for the next letter of a filter."""
        wanted = (position, self._is_cumulative, self.session.is_transfer)
        if self._kept is None or self._kept[0] != wanted:
            make = tree_up_to if self._is_cumulative else layer_tree
            self._kept = (wanted, make(self.analysis.index, position, self.session.sizes))
        return self._kept[1]

    def _cells(self, row: LayerRow) -> Sequence[Cell]:
        style = "$from-base" if row.is_base else "$yours"
        hidden_bytes = row.superseded_bytes
        return (
            str(row.position),
            Content.styled("base" if row.is_base else "yours", style),
            human_bytes(row.size_bytes),
            Content.styled(human_bytes(hidden_bytes), "$superseded") if hidden_bytes else "",
            ByteBar(row.size_bytes - hidden_bytes, self._largest_bytes, hidden_bytes, style),
            row.raw if self._is_raw else row.instruction,
        )


SCREEN = LayersScreen
