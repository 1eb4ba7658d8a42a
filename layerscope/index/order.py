"""Byte paths in the order of their components, without an object for each: eight bytes of all paths at a time.

A slash counts as NUL, which no name has, so that a folder is followed by what is in it. Rows that agree so far form a
group, and each round parts the groups by the next eight bytes; what is alone in its group needs no further round.
"""

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from layerscope.layers.columns import ByteStrings, Integers, distinct

_Words = NDArray[np.uint64]
_WORD_BYTES = 8
# Longer common beginnings than this are left to comparing one by one.
_ROUNDS = 128
_SLASHES = np.uint64(0x2F2F2F2F2F2F2F2F)
_LOW = np.uint64(0x7F7F7F7F7F7F7F7F)


class Order(Struct, frozen=True, eq=False):
    """`ranks` gives each row's place among all rows; equal rows share the first one's.

    `common[i]` is how many bytes the row at place `i` has in common with the one before, the end counting as a NUL.
    """

    ranks: Integers
    common: Integers


def order_paths(columns: Sequence[ByteStrings]) -> Order:
    """Sort the rows of all columns, counted through."""
    lengths = np.concatenate([*map(lengths_of, columns), np.empty(0, np.int64)])
    order = Order(np.zeros(len(lengths), dtype=np.int64), np.zeros(len(lengths) + 1, dtype=np.int64))
    reader = _WordReader(columns)
    rows = np.arange(len(lengths))
    for number in range(_ROUNDS):
        if len(rows) < 2:
            break
        rows = _part(order, rows, reader.words(rows, number * _WORD_BYTES), number * _WORD_BYTES, lengths)
    if len(rows) > 1:
        _part_by_comparing(order, rows, columns)
    return order


def _part(order: Order, rows: Integers, words: _Words, offset: int, lengths: Integers) -> Integers:
    """Part all groups by their next words; returns the rows that are to be parted further, in ascending order."""
    groups = order.ranks[rows]
    by_word = np.lexsort((words, groups))
    groups, words, rows = groups[by_word], words[by_word], rows[by_word]
    begins_old = np.diff(groups, prepend=-1) != 0
    begins = begins_old.copy()
    begins[1:] |= words[1:] != words[:-1]
    places = np.arange(len(rows))
    inside = np.maximum.accumulate(np.where(begins, places, 0)) - np.maximum.accumulate(np.where(begins_old, places, 0))
    groups += inside
    order.ranks[rows] = groups
    parted = np.flatnonzero(begins & ~begins_old)
    order.common[groups[parted]] = offset + _equal_bytes(words[parted], words[parted - 1])
    starts = np.flatnonzero(begins)
    sizes = np.diff(starts, append=len(rows))
    goes_on = (sizes > 1) & (np.maximum.reduceat(lengths[rows], starts) > offset + _WORD_BYTES)
    return distinct(rows[np.repeat(goes_on, sizes)])


def _part_by_comparing(order: Order, rows: Integers, columns: Sequence[ByteStrings]) -> None:
    """The slow way, for a few rows with very long common beginnings."""
    keys = dict(zip(rows.tolist(), (key(path) for path in pick(columns, rows)), strict=True))
    by_group: dict[int, list[int]] = {}
    for row, group in zip(rows.tolist(), order.ranks[rows].tolist(), strict=True):
        by_group.setdefault(group, []).append(row)
    for group, members in by_group.items():
        place = group
        members.sort(key=keys.__getitem__)
        for position, row in enumerate(members):
            if position and keys[row] != keys[members[position - 1]]:
                place = group + position
                order.common[place] = _common_beginning(keys[members[position - 1]], keys[row])
            order.ranks[row] = place


def key(path: bytes) -> bytes:
    """What a path is sorted by."""
    return path.replace(b"/", b"\0")


def pick(columns: Sequence[ByteStrings], rows: Integers) -> list[bytes]:
    """The strings of some rows, counted through all columns."""
    bounds = np.cumsum([0, *map(len, columns)])
    which = np.searchsorted(bounds, rows, side="right") - 1
    local = rows - bounds[which]
    starts, ends = np.zeros(len(rows), dtype=np.int64), np.zeros(len(rows), dtype=np.int64)
    for number in distinct(which).tolist():
        here = which == number
        column_ends = columns[number].ends
        ends[here] = column_ends[local[here]]
        starts[here] = np.where(local[here] > 0, column_ends[local[here] - 1], 0)
    arenas = [column.arena for column in columns]
    places = zip(which.tolist(), starts.tolist(), ends.tolist(), strict=True)
    return [arenas[number][start:end] for number, start, end in places]


class _WordReader:
    """Eight bytes of each path at an offset, as numbers that sort as the bytes do; zeros behind the end."""

    def __init__(self, columns: Sequence[ByteStrings]) -> None:
        self._columns = columns
        self._bounds = np.cumsum([0, *map(len, columns)])

    def words(self, rows: Integers, offset: int) -> _Words:
        """For rows in ascending order."""
        words = np.zeros(len(rows), dtype=np.uint64)
        cuts = np.searchsorted(rows, self._bounds)
        for number, column in enumerate(self._columns):
            start, end = int(cuts[number]), int(cuts[number + 1])
            if start < end:
                words[start:end] = _words(column, rows[start:end] - self._bounds[number], offset)
        return words


def _words(column: ByteStrings, rows: Integers, offset: int) -> _Words:
    ends = column.ends.astype(np.int64)
    starts = np.where(rows > 0, ends[rows - 1], 0) + offset
    left = ends[rows] - starts
    words = np.zeros(len(rows), dtype=np.uint64)
    padded = column.arena.ljust(_WORD_BYTES, b"\0")
    view = np.ndarray((len(padded) - _WORD_BYTES + 1,), dtype=">u8", buffer=padded, strides=(1,))
    # At the arena's end the last full word holds what is left, shifted.
    at = np.minimum(starts, len(view) - 1)
    reads = left > 0
    words[reads] = view[at[reads]].astype(np.uint64) << (8 * (starts - at)[reads]).astype(np.uint64)
    kept = np.clip(left, 0, _WORD_BYTES)
    cut = kept < _WORD_BYTES
    shift = (8 * (_WORD_BYTES - kept[cut])).astype(np.uint64)
    words[cut] = np.where(kept[cut] > 0, words[cut] >> (shift % np.uint64(64)) << (shift % np.uint64(64)), 0)
    return _without_slashes(words)


def _without_slashes(words: _Words) -> _Words:
    """Each byte 0x2F becomes 0 (Mycroft's exact test for zero bytes, on all eight at once)."""
    found = words ^ _SLASHES
    found = ~(((found & _LOW) + _LOW) | found | _LOW)
    return words & ~((found >> np.uint64(7)) * np.uint64(0xFF))


def _equal_bytes(words: _Words, others: _Words) -> Integers:
    """How many leading bytes agree."""
    differing = words ^ others
    agreeing = np.zeros(len(words), dtype=np.int64)
    for count in range(1, _WORD_BYTES):
        agreeing += differing < np.uint64(1 << (8 * (_WORD_BYTES - count)))
    return agreeing


def _common_beginning(first: bytes, second: bytes) -> int:
    """How many leading bytes agree, the end of the shorter counting as a NUL."""
    limit = max(len(first), len(second))
    first, second = first.ljust(limit, b"\0"), second.ljust(limit, b"\0")
    return next((place for place in range(limit) if first[place] != second[place]), limit)


def lengths_of(column: ByteStrings) -> Integers:
    ends = column.ends.astype(np.int64)
    lengths: Integers = ends - np.concatenate([np.zeros(min(len(ends), 1), dtype=np.int64), ends[:-1]])
    return lengths
