"""Which files have the same content: by hashes that scans have, by comparing where contents are at rest.

Comparing chunk by chunk needs no hash, stops at the first difference, and costs hardly more than reading.
"""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from layerscope.blob.access import LayerAccess, SeekAccess
from layerscope.errors import ImageError
from layerscope.layers.columns import Integers
from layerscope.layers.complete import WORKERS, complete_hashes
from layerscope.layers.scan import LayerScan

_CHUNK_BYTES = 1 << 18
_HASHED_BELOW_BYTES = 1 << 16
_COMPARED_AT_MOST = 8


class ContentComparer:
    """Tells contents of an image's layers apart; `accesses[i]` is how layer `i` was read."""

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

    def classes(self, layers: Integers, rows: Integers) -> Integers:
        """A number for each content, equal where the contents are; contents are given by layer and row in it.

        Raises SourceUnavailable when a layer has become shorter than its headers say.
        """
        sizes = self._gather("sizes", layers, rows)
        order = np.lexsort((rows, layers, sizes))
        groups = np.split(order, np.flatnonzero(np.diff(sizes[order])) + 1) if len(order) else []
        known = self._gather("hashed", layers, rows).astype(np.bool_)
        is_big = sizes > _HASHED_BELOW_BYTES
        compared = [
            group
            for group in groups
            if 1 < len(group) <= _COMPARED_AT_MOST and is_big[group[0]] and not known[group].any()
        ]
        hashed = np.ones(len(rows), dtype=np.bool_)
        classes = np.full(len(rows), -1, dtype=np.int64)
        with ThreadPoolExecutor(WORKERS) as pool:
            futures = [(group, pool.submit(self._compare, layers[group], rows[group])) for group in reversed(compared)]
            for group in compared:
                hashed[group] = False
            self._number_by_hash(classes, np.flatnonzero(hashed), layers, rows)
            for group, future in futures:
                classes[group] = group[future.result()]
        return classes

    def _gather(self, column: str, layers: Integers, rows: Integers) -> Integers:
        values = np.zeros(len(rows), dtype=np.int64)
        for layer in np.unique(layers).tolist():
            of_layer = layers == layer
            values[of_layer] = getattr(self._scans[layer], column)[rows[of_layer]]
        return values

    def _number_by_hash(self, classes: Integers, positions: Integers, layers: Integers, rows: Integers) -> None:
        """Give each position the first one that has its size and hash."""
        first: dict[tuple[int, bytes], int] = {}
        for layer in np.unique(layers[positions]).tolist():
            of_layer = positions[layers[positions] == layer]
            scan, wanted = self._scans[layer], rows[of_layer]
            hashes = scan.hashes[wanted].copy()
            missing = ~scan.hashed[wanted]
            if missing.any():
                hashes[missing] = complete_hashes(scan, self._seekable(layer), wanted[missing], self._advance)
            sizes = scan.sizes[wanted].tolist()
            for position, size, digest in zip(of_layer.tolist(), sizes, hashes, strict=True):
                classes[position] = first.setdefault((size, digest.tobytes()), position)

    def _seekable(self, layer: int) -> SeekAccess:
        access = self._accesses[layer]
        if not isinstance(access, SeekAccess):
            raise ImageError(f"Layer {layer} was read in passing and its contents were not hashed.")
        return access

    def _compare(self, layers: Integers, rows: Integers) -> Integers:
        """For each of a few contents of one size the position of the first that equals it."""
        size = int(self._scans[int(layers[0])].sizes[int(rows[0])])
        readers = [self._seekable(layer).reader for layer in layers.tolist()]
        starts = [
            int(self._scans[layer].content_starts[row])
            for layer, row in zip(layers.tolist(), rows.tolist(), strict=True)
        ]
        first, second = self._own_buffers()
        classes = np.arange(len(rows), dtype=np.int64)
        pending = [(list(range(len(rows))), 0)]
        while pending:
            members, offset = pending.pop()
            while len(members) > 1 and offset < size:
                count = min(_CHUNK_BYTES, size - offset)
                readers[members[0]].read_into(starts[members[0]] + offset, memoryview(first)[:count])
                same, other = members[:1], members[:0]
                for member in members[1:]:
                    readers[member].read_into(starts[member] + offset, memoryview(second)[:count])
                    is_same = first == second if count == _CHUNK_BYTES else first[:count] == second[:count]
                    (same if is_same else other).append(member)
                if other:
                    pending.append((other, offset))
                members, offset = same, offset + count
            classes[members] = members[0]
        self._advance(size * len(rows))
        return classes

    def _own_buffers(self) -> tuple[bytearray, bytearray]:
        """Two buffers for each thread; fresh ones for each chunk would cost more than reading."""
        if not hasattr(self._buffers, "pair"):
            self._buffers.pair = (bytearray(_CHUNK_BYTES), bytearray(_CHUNK_BYTES))
        pair: tuple[bytearray, bytearray] = self._buffers.pair
        return pair
