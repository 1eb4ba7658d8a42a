"""Tells an image's contents apart with as little reading as that takes.

Marks that scans took in passing come first, then hashes that scans have, then comparisons of long contents; what is
left is short or has many equals, and is told apart by both its ends and at last by hashing.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Self

import numpy as np
from numpy.typing import NDArray

from layerscope.blob.access import SeekAccess
from layerscope.comparing.long_contents import LONG_BYTES, LongContents, Place
from layerscope.errors import ImageError
from layerscope.layers.columns import Integers, are_among, distinct
from layerscope.layers.complete import complete_hashes, read_ends
from layerscope.layers.scan import HASH_BYTES, LayerScan
from layerscope.tar.plain import SHORT_BYTES

_Key = tuple[int, bytes]
_ODD = np.uint64(0x9E3779B97F4A7C15)


class ContentComparer:
    """Gets scans with their accesses as they are made; used as a context, since it compares in threads."""

    def __init__(self, advance: Callable[[int], None] = lambda _: None) -> None:
        self._long = LongContents()
        self._scans: dict[int, LayerScan] = {}
        self._accesses: dict[int, SeekAccess] = {}
        self._advance = advance

    def __enter__(self) -> Self:
        self._long.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._long.__exit__(*error)

    def add(self, scan: LayerScan, access: SeekAccess) -> None:
        """Note a scan by seeking; scans of streams bring their hashes and need no access."""
        self._scans[id(scan)] = scan
        self._accesses[id(scan)] = access
        self._long.add(scan, access)

    def classes(self, scans: Sequence[LayerScan], layers: Integers, rows: Integers) -> Integers:
        """A number for each content, equal where the contents are; contents are given by layer and row in it.

        Raises SourceUnavailable when a layer has become shorter than its headers say.
        """
        self._scans |= {id(scan): scan for scan in scans}
        numbers = np.arange(len(rows), dtype=np.int64)
        undecided = np.flatnonzero(~_told_apart_by_marks(scans, layers, rows))
        identities = [id(scan) for scan in scans]
        places = [
            (identities[layer], row)
            for layer, row in zip(layers[undecided].tolist(), rows[undecided].tolist(), strict=True)
        ]
        keys = self._keys(sorted(set(places)))
        number_of: dict[object, int] = {}
        for position, place in zip(undecided.tolist(), places, strict=True):
            numbers[position] = number_of.setdefault(keys[place], position)
        return numbers

    def _keys(self, places: list[Place]) -> Mapping[Place, object]:
        """Something for each content that is equal where contents are: a place, or a size with ends or a hash."""
        sizes = {place: int(self._scans[place[0]].sizes[place[1]]) for place in places}
        hashed_sizes = {sizes[scan, row] for scan, row in places if self._needs_hash(scan, row)}
        long_sizes = sorted({size for size in sizes.values() if size > LONG_BYTES} - hashed_sizes)
        compared = {place for size in long_sizes for place in self._long.compared(size)}
        rest = [place for place in places if place not in compared]
        # Short contents with equal marks are nearly always the same: their ends would tell nothing new.
        ends = self._ends(
            [place for place in rest if sizes[place] > SHORT_BYTES and sizes[place] not in hashed_sizes], sizes
        )
        counts = Counter(ends.values())
        alike = [place for place in rest if place not in ends or counts[ends[place]] > 1]
        keys: dict[Place, object] = {**ends, **self._hashes(alike, sizes)}
        # Others have compared these meanwhile.
        for size in long_sizes:
            keys |= self._long.classes(size)
        return keys

    def _needs_hash(self, scan: int, row: int) -> bool:
        """Whether a content has a hash already, or has its map hashed with it: others of its size need one, too."""
        return bool(self._scans[scan].hashed[row]) or row in self._scans[scan].sparse_maps

    def _ends(self, places: list[Place], sizes: Mapping[Place, int]) -> dict[Place, _Key]:
        keys: dict[Place, _Key] = {}
        for scan, rows in _by_scan(places):
            ends = read_ends(self._scans[scan], self._access(scan), rows)
            keys |= {(scan, row): (sizes[scan, row], end) for row, end in zip(rows.tolist(), ends, strict=True)}
        return keys

    def _hashes(self, places: list[Place], sizes: Mapping[Place, int]) -> dict[Place, _Key]:
        keys: dict[Place, _Key] = {}
        for number, rows in _by_scan(places):
            scan = self._scans[number]
            hashes, missing = scan.hashes[rows], ~scan.hashed[rows]
            if missing.any():
                hashes[missing] = complete_hashes(scan, self._access(number), rows[missing], self._advance)
            packed = hashes.tobytes()
            for at, row in enumerate(rows.tolist()):
                digest = packed[at * HASH_BYTES : (at + 1) * HASH_BYTES]
                keys[number, row] = (sizes[number, row], b"hash" + digest)
        return keys

    def _access(self, scan: int) -> SeekAccess:
        if scan not in self._accesses:
            raise ImageError("A layer was read in passing and its contents were not hashed.")
        return self._accesses[scan]


def _by_scan(places: list[Place]) -> Iterator[tuple[int, Integers]]:
    for scan, of_scan in groupby(places, key=itemgetter(0)):
        yield scan, np.array([row for _, row in of_scan], dtype=np.int64)


def _told_apart_by_marks(scans: Sequence[LayerScan], layers: Integers, rows: Integers) -> NDArray[np.bool_]:
    """Which contents differ from all others of their size by their marks, where all of that size have some."""
    sizes, marks = np.zeros(len(rows), dtype=np.uint64), np.zeros(len(rows), dtype=np.uint64)
    for layer in distinct(layers).tolist():
        of_layer = layers == layer
        sizes[of_layer] = scans[layer].sizes[rows[of_layer]]
        marks[of_layer] = scans[layer].content_marks[rows[of_layer]]
    has_mark = (marks != 0) & ~are_among(sizes, sizes[marks == 0])
    _, inverse, counts = np.unique(marks ^ sizes * _ODD, return_inverse=True, return_counts=True)
    alone: NDArray[np.bool_] = has_mark & (counts[inverse] == 1)
    return alone
