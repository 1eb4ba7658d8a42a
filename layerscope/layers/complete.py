"""Content hashes that a scan by seeking left out, read where something asks for them."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from blake3 import blake3
from numpy.typing import NDArray

from layerscope.blob.access import RandomReader, SeekAccess
from layerscope.errors import SourceUnavailable
from layerscope.layers.columns import Integers
from layerscope.layers.scan import HASH_BYTES, LayerScan

_CHUNK_BYTES = 1 << 19
_BATCH_BYTES = 1 << 26
_WORKERS = min(8, os.cpu_count() or 1)


def complete_hashes(
    scan: LayerScan, access: SeekAccess, rows: Integers, advance: Callable[[int], None] = lambda _: None
) -> NDArray[np.uint8]:
    """Read and hash the contents of these rows, in several threads; returns `len(rows) x 16` bytes.

    Raises SourceUnavailable when the blob has become shorter than its headers say.
    """
    order = np.argsort(scan.content_starts[rows], kind="stable")
    sizes = scan.sizes[rows[order]]
    cuts = np.flatnonzero(np.diff(np.cumsum(sizes) // _BATCH_BYTES)) + 1
    hashes = np.zeros((len(rows), HASH_BYTES), dtype=np.uint8)

    def work(positions: Integers) -> None:
        for position in positions.tolist():
            row = int(rows[position])
            digest = _hash(access.reader, scan, row)
            hashes[position] = np.frombuffer(digest, np.uint8)
        advance(int(scan.sizes[rows[positions]].sum()))

    with ThreadPoolExecutor(_WORKERS) as pool:
        for _ in pool.map(work, np.split(order, cuts)):
            pass
    return hashes


def _hash(reader: RandomReader, scan: LayerScan, row: int) -> bytes:
    start, missing = int(scan.content_starts[row]), int(scan.sizes[row])
    hasher = blake3(scan.sparse_maps.get(row, b""))
    while missing:
        piece = reader.read_at(start, min(missing, _CHUNK_BYTES))
        if not piece:
            raise SourceUnavailable("A layer became shorter while it was read.", hint="Wait until it is written.")
        hasher.update(piece)
        start += len(piece)
        missing -= len(piece)
    return bytes(hasher.digest(length=HASH_BYTES))
