"""Exact duplicates: one content at several live places, found by size first and by content then."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layerscope.layers.columns import Integers
from layerscope.layers.scan import HASH_BYTES


@dataclass(frozen=True, slots=True)
class DuplicateGroup:
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


def group_duplicates(rows: Integers, sizes: Integers, hashes: NDArray[np.uint8]) -> tuple[DuplicateGroup, ...]:
    """Group rows of equal size by their content hashes, most waste first."""
    keys = np.empty(len(rows), dtype=[("size", "<i8"), ("hash", f"V{HASH_BYTES}")])
    keys["size"] = sizes[rows]
    keys["hash"] = np.ascontiguousarray(hashes[rows]).view(f"V{HASH_BYTES}").ravel()
    packed = keys.view(f"V{HASH_BYTES + 8}").ravel()
    by_content: dict[bytes, list[int]] = {}
    for key, row in zip(packed.tolist(), rows.tolist(), strict=True):
        by_content.setdefault(bytes(key), []).append(row)
    groups = [DuplicateGroup(int(sizes[same[0]]), tuple(same)) for same in by_content.values() if len(same) > 1]
    return tuple(sorted(groups, key=lambda group: (-group.waste_bytes, group.rows)))
