"""Content hashes that a scan by seeking left out, read where something asks for them."""

from collections.abc import Callable, Iterator

import numpy as np
from blake3 import blake3
from numpy.typing import NDArray

from layerscope.blob.access import SeekAccess, StoreAccess
from layerscope.layers.columns import Integers
from layerscope.layers.scan import HASH_BYTES, LayerScan

_CHUNK_BYTES = 1 << 18
_WINDOW_BYTES = 1 << 20
_GAP_BYTES = 1 << 14
_END_BYTES = 48
_Content = tuple[int, int, int]


def complete_hashes(
    scan: LayerScan, access: SeekAccess, rows: Integers, advance: Callable[[int], None] = lambda _: None
) -> NDArray[np.uint8]:
    """Read and hash the contents of these rows; returns `len(rows) x 16` bytes.

    Raises SourceUnavailable when the blob has become shorter than its headers say.
    """

    def hash_short(row: int, content: memoryview) -> bytes:
        advance(len(content))
        # Most images have no maps, and very many short contents.
        digest: bytes = (_hasher(scan, row).update(content) if has_maps else blake3(content)).digest(length=HASH_BYTES)
        return digest

    def hash_long(row: int, start: int, size: int, buffer: memoryview) -> bytes:
        hasher = _hasher(scan, row)
        for offset in range(start, start + size, _CHUNK_BYTES):
            piece = buffer[: min(start + size - offset, _CHUNK_BYTES)]
            access.reader.read_into(offset, piece)
            hasher.update(piece)
            advance(len(piece))
        return bytes(hasher.digest(length=HASH_BYTES))

    has_maps = bool(scan.sparse_maps)
    digests = _read_contents(scan, access, rows, hash_short, hash_long)
    return np.frombuffer(b"".join(digests), np.uint8).reshape(-1, HASH_BYTES)


def read_ends(scan: LayerScan, access: SeekAccess, rows: Integers) -> list[bytes]:
    """The first and last bytes of each content, which tell most short ones apart and cost less than a hash."""

    def cut_short(_row: int, content: memoryview) -> bytes:
        return bytes(content[:_END_BYTES]) + bytes(content[-_END_BYTES:])

    def cut_long(_row: int, start: int, size: int, _buffer: memoryview) -> bytes:
        reader = access.reader
        return reader.read_at(start, _END_BYTES) + reader.read_at(start + size - _END_BYTES, _END_BYTES)

    return _read_contents(scan, access, rows, cut_short, cut_long)


def _read_contents(
    scan: LayerScan,
    access: SeekAccess,
    rows: Integers,
    short: Callable[[int, memoryview], bytes],
    long: Callable[[int, int, int, memoryview], bytes],
) -> list[bytes]:
    """Apply a function to each content in the order of the tar; the results come in the order of the rows."""
    order = np.argsort(scan.content_starts[rows], kind="stable")
    ordered = rows[order]
    contents = list(
        zip(ordered.tolist(), scan.content_starts[ordered].tolist(), scan.sizes[ordered].tolist(), strict=True)
    )
    buffer = memoryview(bytearray(_WINDOW_BYTES))
    results: list[bytes] = []
    # In a store what lies between two contents is other files, to be opened one by one.
    gap_bytes = 0 if isinstance(access, StoreAccess) else _GAP_BYTES
    for run in _runs(contents, gap_bytes):
        begin, end = run[0][1], run[-1][1] + run[-1][2]
        if end - begin > _WINDOW_BYTES:
            results += [long(row, start, size, buffer) for row, start, size in run]
        else:
            access.reader.read_into(begin, buffer[: end - begin])
            results += [short(row, buffer[start - begin : start - begin + size]) for row, start, size in run]
    in_rows_order = [b""] * len(results)
    for position, result in zip(order.tolist(), results, strict=True):
        in_rows_order[position] = result
    return in_rows_order


def _hasher(scan: LayerScan, row: int) -> blake3:
    return blake3(scan.sparse_maps.get(row, b""))


def _runs(contents: list[_Content], gap_bytes: int) -> Iterator[list[_Content]]:
    """Neighbours that one read can fetch together; a content longer than the window stands alone."""
    run: list[_Content] = []
    run_start = run_end = 0
    for content in contents:
        _, start, size = content
        if run and (start - run_end > gap_bytes or start + size - run_start > _WINDOW_BYTES):
            yield run
            run = []
        if not run:
            run_start = start
        run.append(content)
        run_end = start + size
    if run:
        yield run
