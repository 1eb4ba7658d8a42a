"""Rows by a number that each of them has, sorted once; many rules ask for a few numbers each."""

import numpy as np
from msgspec import Struct

from layerscope.layers.columns import Integers, Mask


class RowGroups(Struct, frozen=True, eq=False):
    """The chosen rows in the order of their numbers, and where those of each number begin; -1 is no number."""

    rows: Integers
    starts: Integers

    @classmethod
    def of(cls, numbers: Integers, chosen: Mask) -> "RowGroups":
        """Group the chosen rows by their numbers."""
        rows = np.flatnonzero(chosen & (numbers >= 0))
        of_rows = numbers[rows]
        order = np.argsort(of_rows, kind="stable")
        last = int(of_rows.max(initial=-1))
        return cls(rows[order], np.searchsorted(of_rows[order], np.arange(last + 2)))

    def having(self, numbers: list[int]) -> Integers:
        """The rows that have one of the numbers, in order."""
        known = [number for number in numbers if number < len(self.starts) - 1]
        parts = [self.rows[self.starts[number] : self.starts[number + 1]] for number in known]
        return np.sort(np.concatenate([self.rows[:0], *parts]))
