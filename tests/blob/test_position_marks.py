"""Pairs that are too close, or gave nothing, are left out."""

from layerscope.blob.position_marks import PositionMarks


def test_note() -> None:
    marks = PositionMarks()
    for pair in ((10, 5), (20, 2_047), (30, 2_048), (30, 9_000), (31, 9_001), (31, 20_000), (500, 11_049)):
        marks.note(*pair)
    assert list(zip(marks.unpacked, marks.packed, strict=True)) == [(0, 0), (30, 2_048), (31, 9_001), (500, 11_049)]
