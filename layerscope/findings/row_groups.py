"""Rows by a number that each of them has, sorted once; many rules ask for a few numbers each."""

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from layerscope.layers.columns import Integers, Mask


class RowGroups(Struct, frozen=True, eq=False):
    """The chosen rows in the order of their numbers, and where those of each number begin; -1 is no number."""

    rows: NDArray[np.int32]
    starts: Integers

    @classmethod
    def of(cls, numbers: Integers, chosen: Mask) -> "RowGroups":
        """Group the chosen rows by their numbers."""
        # Half as wide: of two million rows each column that is needed here for a moment counts at the peak.
        rows = np.flatnonzero(chosen & (numbers >= 0)).astype(np.int32)
        of_rows = numbers.astype(np.int32)[rows]
        starts = np.cumsum(np.bincount(of_rows), dtype=np.int64)
        return cls(rows[np.argsort(of_rows, kind="stable")], np.concatenate([[0], starts]))

    def having(self, numbers: list[int]) -> Integers:
        """The rows that have one of the numbers, in order."""
        known = [number for number in numbers if number < len(self.starts) - 1]
        parts = [self.rows[self.starts[number] : self.starts[number + 1]] for number in known]
        return np.sort(np.concatenate([self.rows[:0], *parts])).astype(np.int64)
