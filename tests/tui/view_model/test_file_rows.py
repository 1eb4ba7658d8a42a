"""Entries as rows of a list."""

from layerscope.analysis import Analysis
from layerscope.tui.view_model.file_rows import FileRow, FileRows, file_row
from tests.tui.example import HOSTILE, HOSTILE_BYTES, HOSTILE_SHOWN


def _hostile(example: Analysis) -> int:
    return next(row for row in range(len(example.index)) if example.index.path(row) == HOSTILE.encode())


def test_a_hostile_name_is_escaped_and_its_brackets_stay(example: Analysis) -> None:
    row = _hostile(example)
    wire = example.transfer.of_rows
    assert wire is not None
    assert file_row(example, row) == FileRow(row, HOSTILE_SHOWN, HOSTILE_BYTES, int(wire[row]), 1, None)


def test_rows_are_made_when_they_are_looked_at(example: Analysis) -> None:
    rows = FileRows(example, range(len(example.index)), lambda row: f"no. {row}")
    assert len(rows) == len(example.index)
    assert [file.note for file in rows[2:4]] == ["no. 2", "no. 3"]
    assert [file.row for file in rows] == list(range(len(example.index)))
