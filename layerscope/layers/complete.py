"""Content hashes that a scan by seeking left out, read where something asks for them."""

import os
from collections.abc import Callable, Iterator

import numpy as np
from blake3 import blake3
from numpy.typing import NDArray

from layerscope.blob.access import RandomReader, SeekAccess
from layerscope.layers.columns import Integers
from layerscope.layers.scan import HASH_BYTES, LayerScan

WORKERS = min(8, os.cpu_count() or 1)
_CHUNK_BYTES = 1 << 18
_WINDOW_BYTES = 1 << 20
_GAP_BYTES = 1 << 14
_Content = tuple[int, int, int]


def complete_hashes(
    scan: LayerScan, access: SeekAccess, rows: Integers, advance: Callable[[int], None] = lambda _: None
) -> NDArray[np.uint8]:
    """Read and hash the contents of these rows; returns `len(rows) x 16` bytes.

    Raises SourceUnavailable when the blob has become shorter than its headers say.
    """
    order = np.argsort(scan.content_starts[rows], kind="stable")
    rows = rows[order]
    contents = list(zip(rows.tolist(), scan.content_starts[rows].tolist(), scan.sizes[rows].tolist(), strict=True))
    buffer = memoryview(bytearray(_WINDOW_BYTES))
    digests: list[bytes] = []
    for run in _runs(contents):
        _, first_start, _ = run[0]
        _, last_start, last_size = run[-1]
        length = last_start + last_size - first_start
        if length <= _WINDOW_BYTES:
            access.reader.read_into(first_start, buffer[:length])
        for row, start, size in run:
            hasher = blake3(scan.sparse_maps.get(row, b"")) if scan.sparse_maps else blake3()
            if length <= _WINDOW_BYTES:
                hasher.update(buffer[start - first_start : start - first_start + size])
            else:
                _hash_long(access.reader, hasher, start, size, buffer[:_CHUNK_BYTES])
            digests.append(hasher.digest(length=HASH_BYTES))
        advance(sum(size for _, _, size in run))
    hashes = np.empty((len(rows), HASH_BYTES), dtype=np.uint8)
    hashes[order] = np.frombuffer(b"".join(digests), np.uint8).reshape(-1, HASH_BYTES)
    return hashes


def _runs(contents: list[_Content]) -> Iterator[list[_Content]]:
    """Neighbours that one read can fetch together; a content longer than the window stands alone."""
    run: list[_Content] = []
    run_start = run_end = 0
    for content in contents:
        _, start, size = content
        if run and (start - run_end > _GAP_BYTES or start + size - run_start > _WINDOW_BYTES):
            yield run
            run = []
        if not run:
            run_start = start
        run.append(content)
        run_end = start + size
    if run:
        yield run


def _hash_long(reader: RandomReader, hasher: blake3, start: int, size: int, buffer: memoryview) -> None:
    end = start + size
    while start < end:
        piece = buffer[: min(end - start, len(buffer))]
        reader.read_into(start, piece)
        hasher.update(piece)
        start += len(piece)
