"""The hashes of a stream's contents: short ones at once, long ones in the thread that computes digests anyway."""

from collections.abc import Iterable
from functools import partial

from blake3 import blake3

from layerscope.blob.checked import HashingThread
from layerscope.layers.builder import ScanBuilder
from layerscope.layers.scan import HASH_BYTES

# Handing less than this to another thread takes longer than hashing it.
_LONG_BYTES = 1 << 16


def hash_content(pieces: Iterable[memoryview | bytes], sparse_map: bytes | None = None) -> bytes:
    """The content hash: 16 bytes of BLAKE3, for a sparse file over its map's hash and its data."""
    hasher = blake3(sparse_map or b"")
    for piece in pieces:
        hasher.update(piece)
    return bytes(hasher.digest(length=HASH_BYTES))


class ContentHashes:
    """Gives each record of a builder its hash."""

    def __init__(self, builder: ScanBuilder, thread: HashingThread) -> None:
        self._builder = builder
        self._thread = thread
        self._late: list[tuple[int, bytes]] = []

    def add(self, pieces: Iterable[memoryview], size_bytes: int, sparse_map: bytes | None) -> None:
        """Hash the content of the record that was added last; a long one has its hash when the thread has finished."""
        row = len(self._builder) - 1
        if size_bytes < _LONG_BYTES:
            self._builder.set_hash(row, hash_content(pieces, sparse_map))
            return
        hasher = blake3(sparse_map or b"")
        for piece in pieces:
            self._thread.then(hasher.update, piece)
        self._thread.then(partial(self._keep, row), hasher)

    def finish(self) -> None:
        """Wait for the thread, and set what it computed."""
        self._thread.finish()
        for row, digest in self._late:
            self._builder.set_hash(row, digest)

    def _keep(self, row: int, hasher: blake3) -> None:
        self._late.append((row, bytes(hasher.digest(length=HASH_BYTES))))
