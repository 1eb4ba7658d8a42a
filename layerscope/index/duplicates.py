"""Exact duplicates: one content at several live places, found by size first and by content then."""

import numpy as np
from msgspec import Struct

from layerscope.layers.columns import Integers


class DuplicateGroup(Struct, frozen=True):
    """Rows of live contents that are the same; all but one of them are waste."""

    bytes_each: int
    rows: tuple[int, ...]

    @property
    def waste_bytes(self) -> int:
        """What one copy instead of all would spare."""
        return self.bytes_each * (len(self.rows) - 1)


def colliding(rows: Integers, sizes: Integers) -> Integers:
    """The rows whose size, over zero, another of the rows has too."""
    rows = rows[sizes[rows] > 0]
    _, inverse, counts = np.unique(sizes[rows], return_inverse=True, return_counts=True)
    return rows[counts[inverse] > 1]


def group_duplicates(rows: Integers, sizes: Integers, classes: Integers) -> tuple[DuplicateGroup, ...]:
    """Group rows by the classes of their contents, most waste first."""
    _, inverse, counts = np.unique(classes[rows], return_inverse=True, return_counts=True)
    rows = rows[counts[inverse] > 1]
    if not len(rows):
        return ()
    rows = rows[np.lexsort((rows, classes[rows]))]
    groups = np.split(rows, np.flatnonzero(np.diff(classes[rows])) + 1)
    found = [DuplicateGroup(int(sizes[same[0]]), tuple(same.tolist())) for same in groups]
    return tuple(sorted(found, key=lambda group: (-group.waste_bytes, group.rows)))
