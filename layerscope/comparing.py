"""Which files have the same content: by hashes that scans have, by comparing where contents are at rest.

Comparing chunk by chunk needs no hash, stops at the first difference, and costs hardly more than reading.
"""

import ctypes
import sys
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import groupby
from operator import itemgetter
from typing import Self

import numpy as np
from numpy.typing import NDArray

from layerscope.blob.access import LayerAccess, SeekAccess
from layerscope.errors import ImageError
from layerscope.layers.columns import Integers
from layerscope.layers.complete import complete_hashes, read_ends
from layerscope.layers.entry import Kind
from layerscope.layers.scan import HASH_BYTES, LayerScan

_CHUNK_BYTES = 1 << 22
_SWITCH_SECONDS = 0.000_2
_LONG_BYTES = 1 << 16
_COMPARED_AT_MOST = 8
_Place = tuple[int, int]
_Key = tuple[int, bytes]


class _Buffer:
    """Room for one chunk, comparable without the interpreter's lock."""

    def __init__(self) -> None:
        self._content = (ctypes.c_char * _CHUNK_BYTES)()
        self.view = memoryview(self._content).cast("B")

    def equals(self, other: "_Buffer", count_bytes: int) -> bool:
        return bool(_memcmp(self._content, other._content, count_bytes) == 0)


_memcmp = ctypes.CDLL(None).memcmp
_memcmp.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t]


class ContentComparer:
    """Tells contents of an image's layers apart; `accesses[i]` is how layer `i` was read.

    Long contents of equal size are compared from the start, in threads, while others go on; used as a context.
    """

    def __init__(
        self,
        scans: Sequence[LayerScan],
        accesses: Sequence[LayerAccess | None],
        advance: Callable[[int], None] = lambda _: None,
    ) -> None:
        self._scans = scans
        self._accesses = accesses
        self._advance = advance
        self._buffers = threading.local()
        self._position_of = {id(scan): position for position, scan in reversed(list(enumerate(scans)))}
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="compare")
        self._switch_seconds = 0.0
        self._comparisons: list[tuple[list[_Place], Future[list[int]]]] = []

    def __enter__(self) -> Self:
        # A comparing thread needs the interpreter's lock for a moment between two reads of milliseconds. It would wait
        # for longer than it reads while another thread computes, unless that one gives up the lock more often.
        self._switch_seconds = sys.getswitchinterval()
        sys.setswitchinterval(_SWITCH_SECONDS)
        for places in self._long_of_equal_size():
            self._comparisons.append((places, self._pool.submit(self._compare, places)))
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
        sys.setswitchinterval(self._switch_seconds)

    def classes(self, layers: Integers, rows: Integers) -> Integers:
        """A number for each content, equal where the contents are; contents are given by layer and row in it.

        Raises SourceUnavailable when a layer has become shorter than its headers say.
        """
        first = np.array([self._position_of[id(scan)] for scan in self._scans] or [0], dtype=np.int64)
        layers = first[layers]
        numbers = np.arange(len(rows), dtype=np.int64)
        undecided = np.flatnonzero(~self._told_apart_by_marks(layers, rows))
        places = list(zip(layers[undecided].tolist(), rows[undecided].tolist(), strict=True))
        compared = {member: (members, at) for members, _ in self._comparisons for at, member in enumerate(members)}
        keys: dict[_Place, object] = dict(self._keys(sorted({place for place in places if place not in compared})))
        same_as = {members[0]: future for members, future in self._comparisons}
        for place in places:
            if place in compared:
                members, at = compared[place]
                keys[place] = members[same_as[members[0]].result()[at]]
        number_of: dict[object, int] = {}
        for position, place in zip(undecided.tolist(), places, strict=True):
            numbers[position] = number_of.setdefault(keys[place], position)
        return numbers

    def _told_apart_by_marks(self, layers: Integers, rows: Integers) -> NDArray[np.bool_]:
        """Which contents differ from all others of their size by their marks, where all of that size have some."""
        sizes, marks = self._gather("sizes", layers, rows), self._gather("content_marks", layers, rows)
        has_mark = (marks != 0) & ~np.isin(sizes, sizes[marks == 0])
        mixed = marks ^ sizes * np.uint64(0x9E3779B97F4A7C15)
        _, inverse, counts = np.unique(mixed, return_inverse=True, return_counts=True)
        alone: NDArray[np.bool_] = has_mark & (counts[inverse] == 1)
        return alone

    def _gather(self, column: str, layers: Integers, rows: Integers) -> NDArray[np.uint64]:
        values = np.zeros(len(rows), dtype=np.uint64)
        for layer in np.unique(layers).tolist():
            of_layer = layers == layer
            values[of_layer] = getattr(self._scans[layer], column)[rows[of_layer]]
        return values

    def _long_of_equal_size(self) -> list[list[_Place]]:
        """Groups of long contents, the longest first; what has a hash, or many equals, is left to hashing."""
        by_size: dict[int, list[_Place]] = defaultdict(list)
        for position in sorted(set(self._position_of.values())):
            scan = self._scans[position]
            for row in np.flatnonzero((scan.sizes > _LONG_BYTES) & (scan.kinds == Kind.FILE)).tolist():
                by_size[int(scan.sizes[row])].append((position, row))
        groups = []
        for size in sorted(by_size, reverse=True):
            places = by_size[size]
            has_hash = any(self._scans[layer].hashed[row] or self._scans[layer].sparse_maps for layer, row in places)
            if 1 < len(places) <= _COMPARED_AT_MOST and not has_hash:
                groups.append(places)
        return groups

    def _keys(self, places: list[_Place]) -> dict[_Place, _Key]:
        """Something for each content that is equal where contents are: a size with a hash, or with both ends.

        Only where sizes and ends are equal, or another content of that size has a hash already, hashes are made.
        """
        sizes = {place: int(self._scans[place[0]].sizes[place[1]]) for place in places}
        hashed = {place for place in places if self._scans[place[0]].hashed[place[1]]}
        sizes_with_hash = {sizes[place] for place in hashed}
        keys: dict[_Place, _Key] = {}
        for layer, rows in self._by_layer([place for place in places if sizes[place] not in sizes_with_hash]):
            ends = read_ends(self._scans[layer], self._seekable(layer), rows)
            keys |= {(layer, row): (sizes[layer, row], end) for row, end in zip(rows.tolist(), ends, strict=True)}
        counts = Counter(keys.values())
        undecided = [place for place in places if place not in keys or counts[keys[place]] > 1]
        for layer, rows in self._by_layer(undecided):
            packed = self._hashes(layer, rows).tobytes()
            for at, row in enumerate(rows.tolist()):
                digest = packed[at * HASH_BYTES : (at + 1) * HASH_BYTES]
                keys[layer, row] = (sizes[layer, row], b"hash" + digest)
        return keys

    def _by_layer(self, places: list[_Place]) -> Iterator[tuple[int, Integers]]:
        for layer, of_layer in groupby(places, key=itemgetter(0)):
            yield layer, np.array([row for _, row in of_layer], dtype=np.int64)

    def _hashes(self, layer: int, rows: Integers) -> NDArray[np.uint8]:
        scan = self._scans[layer]
        hashes, missing = scan.hashes[rows], ~scan.hashed[rows]
        if missing.any():
            hashes[missing] = complete_hashes(scan, self._seekable(layer), rows[missing], self._advance)
        return hashes

    def _seekable(self, layer: int) -> SeekAccess:
        access = self._accesses[layer]
        if not isinstance(access, SeekAccess):
            raise ImageError(f"Layer {layer} was read in passing and its contents were not hashed.")
        return access

    def _compare(self, places: list[_Place]) -> list[int]:
        """For each of a few contents of one size the position of the first that equals it."""
        readers = [self._seekable(layer).reader for layer, _ in places]
        starts = [int(self._scans[layer].content_starts[row]) for layer, row in places]
        size = int(self._scans[places[0][0]].sizes[places[0][1]])
        first, second = self._own_buffers()
        classes = list(range(len(places)))
        pending = [(classes[:], 0)]
        while pending:
            members, offset = pending.pop()
            while len(members) > 1 and offset < size:
                count = min(_CHUNK_BYTES, size - offset)
                readers[members[0]].read_into(starts[members[0]] + offset, first.view[:count])
                same, other = members[:1], members[:0]
                for member in members[1:]:
                    readers[member].read_into(starts[member] + offset, second.view[:count])
                    (same if first.equals(second, count) else other).append(member)
                if other:
                    pending.append((other, offset))
                members, offset = same, offset + count
            for member in members:
                classes[member] = members[0]
        self._advance(size * len(places))
        return classes

    def _own_buffers(self) -> tuple[_Buffer, _Buffer]:
        """Two buffers for each thread; fresh ones for each chunk would cost more than reading."""
        if not hasattr(self._buffers, "pair"):
            self._buffers.pair = (_Buffer(), _Buffer())
        pair: tuple[_Buffer, _Buffer] = self._buffers.pair
        return pair
