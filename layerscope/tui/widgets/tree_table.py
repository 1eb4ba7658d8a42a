"""A file tree in a table: size, bar, mark and name of each line; folders open and close."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content

from layerscope.tui.view_model.file_tree import Mark
from layerscope.tui.view_model.folders import Folders, TreeRow
from layerscope.tui.view_model.outline import Line, Outline
from layerscope.tui.widgets.byte_bar import ByteBar
from layerscope.tui.widgets.row_table import Cell, Column, RowTable
from layerscope.units import human_bytes

_STYLES = {Mark.SAME: "", Mark.ADDED: "$added", Mark.CHANGED: "$changed", Mark.REMOVED: "$removed"}


class TreeTable(RowTable[Line]):
    """Lines of an Outline; Enter or l opens a folder, h closes it or the one that it is in."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "choose", "Open", show=False, id="tree.open", tooltip="Open or close a folder"),
        Binding("c", "close_all", "Close all", show=False, id="tree.close-all", tooltip="Close all folders"),
    ]
    COLUMNS: ClassVar[tuple[Column, ...]] = (
        Column("size", 9, "right"),
        Column("", 8, from_width=56),
        Column("files", 7, "right", from_width=70),
        Column(""),
    )

    def __init__(self, *, id: str, empty: str) -> None:  # noqa: A002 - Textual's own word
        super().__init__(self.COLUMNS, self._line_cells, id=id, empty=empty)
        self._outline: Outline | None = None

    def show_folders(self, folders: Folders, *, is_filtered: bool) -> None:
        """Show another tree; folders stay open, and the cursor stays on its path where that is shown."""
        before = self.row.row.path if self.row else b""
        outline = Outline(folders, self._outline.open_paths if self._outline else frozenset())
        self._outline = outline
        if is_filtered:
            _open_few(outline)
        self.show(outline.lines, outline.place(before))

    def reveal(self, path: bytes) -> None:
        """Put the cursor on a path, all folders above it open."""
        if self._outline:
            place = self._outline.reveal(path)
            self.show(self._outline.lines, place)

    def action_close_all(self) -> None:
        """Show the top of the tree only."""
        if self._outline:
            self._outline.close_all()
            self.show(self._outline.lines)

    @on(RowTable.Chosen)
    def _open(self, event: RowTable.Chosen) -> None:
        if self._outline and self.row and self.row.row.folder:
            event.stop()
            if not self._outline.open(self.cursor):
                self._outline.close(self.cursor)
            self.show(self._outline.lines, self.cursor)

    @on(RowTable.Left)
    def _close(self, event: RowTable.Left) -> None:
        event.stop()
        if self._outline and self.row:
            place = self._outline.close(self.cursor)
            self.show(self._outline.lines, place)

    def _line_cells(self, line: Line) -> Sequence[Cell]:
        row = line.row
        whole_bytes = self._outline.largest_bytes if self._outline else 0
        bar = ByteBar(row.size_bytes - row.hidden_bytes, whole_bytes, row.hidden_bytes)
        return size_cell(row), bar, f"{row.files:,}" if row.folder else "", _name(line)


def size_cell(row: TreeRow) -> Content:
    """Bytes; those of something removed are not there any more, and in brackets."""
    if row.removed_bytes and not row.size_bytes:
        return Content.styled(f"({human_bytes(row.removed_bytes)})", "$removed")
    return Content(human_bytes(row.size_bytes))


def name_cell(row: TreeRow, sign: str = "") -> Content:
    """Mark, whether it is hidden, and the name."""
    if row.left_out:
        return Content.styled(f"   … {row.left_out:,} more; a filter shows them", "$quiet")
    is_hidden = bool(row.hidden_bytes) and row.hidden_bytes == row.size_bytes
    name = row.name + ("/" if row.folder else "")
    return Content.assemble(
        (f"{row.mark.glyph}", f"bold {_STYLES[row.mark]}"),
        ("x" if is_hidden else " ", "bold $hidden"),
        sign,
        (name, "$hidden" if is_hidden else _STYLES[row.mark]),
    )


def _name(line: Line) -> Content:
    sign = ("▾ " if line.is_open else "▸ ") if line.row.folder else "  "
    return name_cell(line.row, "  " * line.depth + sign)


def _open_few(outline: Outline, most_lines: int = 200) -> None:
    """Open what a filter left, while that is little."""
    place = 0
    while place < len(outline.lines) < most_lines:
        outline.open(place)
        place += 1
