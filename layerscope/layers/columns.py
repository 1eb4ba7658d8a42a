"""Columns for many rows: packed arrays instead of an object for each entry."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from layerscope.names import places_of

Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]

# So many times as many numbers there may be as there are values of them.
_DENSE = 8


class ByteStrings(Struct, frozen=True):
    """Many byte strings in one arena; `ends[i]` is where string `i` ends."""

    arena: bytes
    ends: NDArray[np.uint64]

    @classmethod
    def pack(cls, strings: list[bytes]) -> "ByteStrings":
        """Put strings behind one another."""
        lengths = np.fromiter(map(len, strings), dtype=np.uint64, count=len(strings))
        return cls(b"".join(strings), np.cumsum(lengths, dtype=np.uint64))

    def __len__(self) -> int:
        return len(self.ends)

    def __getitem__(self, row: int) -> bytes:
        start = int(self.ends[row - 1]) if row else 0
        return self.arena[start : int(self.ends[row])]

    def __iter__(self) -> Iterator[bytes]:
        arena, start = self.arena, 0
        for end in self.ends.tolist():
            yield arena[start:end]
            start = end

    def rows_having(self, text: bytes) -> Integers:
        """The rows that have a text in them, in order; where two meet, one of them may only seem to."""
        places = places_of(text, self.arena).astype(np.uint64)
        return distinct(np.searchsorted(self.ends, places, side="right")).astype(np.int64)


def distinct(values: Integers) -> Integers:
    """Each value once, in order; `np.unique` takes three times as long, and loads masked arrays first."""
    if (ticked := _tick_off(values)) is not None:
        lowest, is_there = ticked
        found: Integers = np.flatnonzero(is_there).astype(values.dtype, copy=False) + lowest
        return found
    ordered = np.sort(values, axis=None)
    is_first = np.ones(len(ordered), dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=is_first[1:])
    return ordered[is_first]


def numbered(values: Integers) -> tuple[Integers, Integers]:
    """Each value once, in order, and for each of the values its place among those."""
    if (ticked := _tick_off(values)) is not None:
        lowest, is_there = ticked
        return np.flatnonzero(is_there) + lowest, (np.cumsum(is_there) - 1)[values - lowest]
    found = distinct(values)
    return found, np.searchsorted(found, values)


def _tick_off(values: Integers) -> tuple[Any, Mask] | None:
    """The lowest value, and which are there from it on; None where they lie far apart.

    Rows and numbers of something lie close together: this takes a tenth of the time of sorting them.
    """
    if not len(values):
        return None
    lowest, span = values.min(), int(values.max()) - int(values.min())
    if span >= _DENSE * len(values):
        return None
    is_there = np.zeros(span + 1, dtype=np.bool_)
    is_there[values - lowest] = True
    return lowest, is_there


def union(some: Integers, others: Integers) -> Integers:
    """Each value of either once, in order."""
    return distinct(np.concatenate([some, others]))


def are_among(values: NDArray[Any], known: NDArray[Any]) -> Mask:
    """Which of the values are among others, of any range; `np.isin` would load masked arrays for a wide one."""
    ordered = np.sort(known)
    if not len(ordered):
        return np.zeros(len(values), dtype=np.bool_)
    mask: Mask = ordered.take(np.searchsorted(ordered, values), mode="clip") == values
    return mask


def frozen(values: Any, dtype: Any) -> Any:
    """An array that nobody can write to."""
    array = np.asarray(values, dtype=dtype)
    array.flags.writeable = False
    return array
