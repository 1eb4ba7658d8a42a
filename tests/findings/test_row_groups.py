"""Rows by number, against looking at each row."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from layerscope.findings.row_groups import RowGroups

ROWS = st.lists(st.tuples(st.integers(-1, 6), st.booleans()), max_size=40)


@given(ROWS, st.lists(st.integers(0, 9), max_size=5, unique=True))
def test_the_chosen_rows_of_some_numbers(rows: list[tuple[int, bool]], wanted: list[int]) -> None:
    numbers = np.array([number for number, _ in rows], dtype=np.int64)
    chosen = np.array([is_chosen for _, is_chosen in rows], dtype=np.bool_)
    expected = [row for row, (number, is_chosen) in enumerate(rows) if is_chosen and number in wanted]
    assert RowGroups.of(numbers, chosen).having(wanted).tolist() == expected
