"""Packed columns give back what was put in."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerscope.layers.columns import ByteStrings, frozen


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
