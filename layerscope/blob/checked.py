"""A stream whose digests are computed in a second thread while it passes by."""

import queue
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from layerscope.blob.access import SequentialReader

if TYPE_CHECKING:
    from hashlib import _Hash

_QUEUED_CHUNKS = 8


class HashingThread:
    """Feeds hashes beside the thread that reads; hashlib gives up the GIL for chunks of this size."""

    def __init__(self) -> None:
        self._chunks: queue.Queue[tuple[_Hash, bytes] | None] = queue.Queue(_QUEUED_CHUNKS)
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def feed(self, hasher: "_Hash", chunk: bytes) -> None:
        """Queue one chunk; waits while too many are queued."""
        self._chunks.put((hasher, chunk))

    def finish(self) -> None:
        """Wait until everything that was fed is hashed; the thread ends."""
        self._chunks.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (item := self._chunks.get()) is not None:
            item[0].update(item[1])


class Tapped:
    """A reader whose bytes are counted and hashed as they pass."""

    def __init__(
        self,
        reader: SequentialReader,
        hasher: "_Hash",
        thread: HashingThread,
        advance: Callable[[int], None] = lambda _: None,
    ) -> None:
        self._reader = reader
        self._thread = thread
        self._advance = advance
        self.hasher = hasher
        self.count_bytes = 0

    def read(self, size_bytes: int, /) -> bytes:
        """Up to that many bytes; empty only at the end."""
        chunk = self._reader.read(size_bytes)
        if chunk:
            self.count_bytes += len(chunk)
            self._thread.feed(self.hasher, chunk)
            self._advance(len(chunk))
        return chunk
