"""Files as a table, with the whole path of the one under the cursor below it."""

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from layerscope.tui.detail_text import draw_path
from layerscope.tui.messages import GoToRow
from layerscope.tui.session import Session
from layerscope.tui.view_model.file_rows import FileRow
from layerscope.tui.widgets.row_table import Cell, Column, RowTable
from layerscope.units import human_bytes

_COLUMNS = (Column("size", 9, "right"), Column("layer", 6), Column("file"))


class FileList(Vertical):
    """Enter on a file leads to it in its layer."""

    DEFAULT_CSS = """
    FileList { background: $surface; }
    FileList #file-path { height: 1; padding: 0 1; color: $quiet; }
    """

    def __init__(self, session: Session, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id, classes=classes)
        self._session = session

    def compose(self) -> ComposeResult:
        """The table, and a line for a path."""
        yield RowTable[FileRow](_COLUMNS, self._cells, id="files", empty="No files.")
        yield Static("", id="file-path")

    @property
    def table(self) -> RowTable[FileRow]:
        """The table."""
        return self.query_one("#files", RowTable)

    @property
    def copied_path(self) -> str | None:
        """The path under the cursor; None while the keys belong to something else."""
        return self.table.row.path if self.table.has_focus and self.table.row else None

    def show(self, files: Sequence[FileRow]) -> None:
        """Show other files."""
        self.table.show(files)

    @on(RowTable.Highlighted)
    def _tell_path(self, message: RowTable.Highlighted) -> None:
        message.stop()
        file = self.table.row
        self.query_one("#file-path", Static).update(_where(file) if file else "", layout=False)

    @on(RowTable.Chosen)
    def _go(self, message: RowTable.Chosen) -> None:
        message.stop()
        if self.table.row:
            self.post_message(GoToRow(self.table.row.row))

    def _cells(self, file: FileRow) -> Sequence[Cell]:
        size_bytes = file.transfer_bytes if self._session.is_transfer else file.size_bytes
        is_hidden = file.hidden_by is not None
        return (
            human_bytes(size_bytes),
            Content.styled(f"{file.layer} x", "$hidden") if is_hidden else str(file.layer),
            draw_path(file.path, file.note),
        )


def _where(file: FileRow) -> Content:
    hidden = "" if file.hidden_by is None else f"  x hidden by layer {file.hidden_by}"
    note = f"  {file.note}" if file.note else ""
    return Content.assemble(file.path, (note, "$accent"), (hidden, "$hidden"))
