"""A stream whose digests are computed in a second thread while it passes by."""

import queue
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from layerscope.blob.access import SequentialReader

if TYPE_CHECKING:
    from hashlib import _Hash

_QUEUED_BATCHES = 8
# Waking the other thread costs as much as hashing some kilobytes; short chunks go to it together.
_BATCH_BYTES = 1 << 20
_BATCH_CHUNKS = 64

_Argument = TypeVar("_Argument")
_Batch = list[tuple[Callable[[Any], object], Any]]


class HashingThread:
    """Feeds hashes beside the thread that reads; hashlib gives up the GIL for chunks of this size."""

    def __init__(self) -> None:
        self._batches: queue.Queue[_Batch | None] = queue.Queue(_QUEUED_BATCHES)
        self._batch: _Batch = []
        self._batch_bytes = 0
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def feed(self, hasher: "_Hash", chunk: bytes) -> None:
        """Queue one chunk; waits while too many are queued."""
        self._batch.append((hasher.update, chunk))
        self._batch_bytes += len(chunk)
        if self._batch_bytes >= _BATCH_BYTES or len(self._batch) >= _BATCH_CHUNKS:
            self._flush()

    def then(self, call: Callable[[_Argument], object], argument: _Argument) -> None:
        """Queue a call, to be made when all that was queued before is done; it goes with the next chunks."""
        self._batch.append((call, argument))

    def finish(self) -> None:
        """Wait until everything that was fed is hashed; the thread ends."""
        self._flush()
        self._batches.put(None)
        self._thread.join()

    def _flush(self) -> None:
        self._batches.put(self._batch)
        self._batch, self._batch_bytes = [], 0

    def _work(self) -> None:
        while (batch := self._batches.get()) is not None:
            for call, argument in batch:
                call(argument)


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
