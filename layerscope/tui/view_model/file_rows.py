"""Entries of layers as rows of a list: what packages, findings and models consist of."""

from collections.abc import Callable, Sequence
from typing import overload

from msgspec import Struct

from layerscope.analysis import Analysis
from layerscope.index.apply import LIVE
from layerscope.units import safe_text


class FileRow(Struct, frozen=True):
    """An entry of a layer; `hidden_by` is the layer that hides its bytes, None while they are live.

    `note` says what the entry is to the others of its list.
    """

    row: int
    path: str
    size_bytes: int
    transfer_bytes: int | None
    layer: int
    hidden_by: int | None
    note: str = ""


class FileRows(Sequence[FileRow]):
    """Rows of the index as rows of a list, each made when it is looked at: lists may be very long."""

    def __init__(self, analysis: Analysis, rows: Sequence[int], note: Callable[[int], str] = lambda _: "") -> None:
        self._analysis = analysis
        self._note = note
        self.rows = rows

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, place: int) -> FileRow: ...

    @overload
    def __getitem__(self, place: slice) -> list[FileRow]: ...

    def __getitem__(self, place: int | slice) -> FileRow | list[FileRow]:
        if isinstance(place, slice):
            return [self._file(row) for row in self.rows[place]]
        return self._file(self.rows[place])

    def _file(self, row: int) -> FileRow:
        return file_row(self._analysis, int(row), self._note(int(row)))


def file_row(analysis: Analysis, row: int, note: str = "") -> FileRow:
    """One row of the index as a row of a list."""
    index, of_rows = analysis.index, analysis.transfer.of_rows
    hidden_by = int(index.hidden_by[row])
    return FileRow(
        row,
        f"/{safe_text(index.path(row))}",
        int(index.sizes[row]),
        None if of_rows is None else int(of_rows[row]),
        int(index.layers[row]),
        None if hidden_by == LIVE else hidden_by,
        note,
    )
