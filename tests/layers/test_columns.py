"""Packed columns give back what was put in."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerscope.layers.columns import ByteStrings, are_among, distinct, frozen, numbered, union


@given(st.lists(st.binary(max_size=20), max_size=20))
def test_byte_strings(strings: list[bytes]) -> None:
    packed = ByteStrings.pack(strings)
    assert len(packed) == len(strings)
    assert list(packed) == strings
    assert [packed[row] for row in range(len(packed))] == strings


def test_frozen() -> None:
    column = frozen([1, 2], np.int64)
    with pytest.raises(ValueError, match="read-only"):
        column[0] = 3


@given(st.lists(st.text("ab/", max_size=9).map(str.encode), max_size=9), st.sampled_from([b"a", b"ab", b"/a", b"a/ab"]))
def test_rows_having_a_text(strings: list[bytes], text: bytes) -> None:
    rows = ByteStrings.pack(strings).rows_having(text).tolist()
    assert rows == sorted(set(rows))
    assert {row for row, string in enumerate(strings) if text in string} <= set(rows)
    # What only seems to have it stands before strings that go on with it.
    assert all(text in b"".join(strings[row:]) for row in rows)


# Close together, and so far apart that they are sorted.
values = st.lists(st.integers(-9, 9)) | st.lists(st.sampled_from([-(1 << 62), -1, 0, 1, 1 << 62]))


@given(values, values)
def test_each_value_once(some: list[int], others: list[int]) -> None:
    one, two = np.array(some, dtype=np.int64), np.array(others, dtype=np.int64)
    assert distinct(one).tolist() == sorted(set(some))
    once, places = numbered(one)
    assert once.tolist() == sorted(set(some))
    assert once[places].tolist() == some
    assert are_among(one, two).tolist() == [value in others for value in some]
    assert union(one, two).tolist() == sorted({*some, *others})
