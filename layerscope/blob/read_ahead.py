"""A stream that is fetched by a thread of its own: who sends it need not wait for who takes it apart."""

import queue
import threading
from collections.abc import Callable
from contextlib import suppress

from layerscope.blob.access import SequentialReader

_CHUNK_BYTES = 1 << 20
_QUEUED_CHUNKS = 8
_LAST_WAIT_SECONDS = 1.0


class ReadAhead:
    """A reader whose bytes are there before they are asked for, a few megabytes of them.

    What goes wrong when the thread reads is raised where it would have been raised without it.
    """

    def __init__(self, reader: SequentialReader) -> None:
        self._reader = reader
        self._chunks: queue.Queue[bytes | BaseException] = queue.Queue(_QUEUED_CHUNKS)
        self._rest = memoryview(b"")
        self._is_over = False
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="read-ahead", daemon=True)
        self._thread.start()

    def read(self, size_bytes: int, /) -> bytes:
        """Up to that many bytes; empty only at the end."""
        if not self._rest:
            chunk = self._next()
            if len(chunk) <= size_bytes:
                return chunk
            self._rest = memoryview(chunk)
        content, self._rest = bytes(self._rest[:size_bytes]), self._rest[size_bytes:]
        return content

    def close(self, interrupt: Callable[[], None]) -> None:
        """Let the thread end; `interrupt` makes a read return that waits for bytes."""
        self._stop.set()
        interrupt()
        with suppress(queue.Empty):
            while True:
                self._chunks.get_nowait()
        self._thread.join(_LAST_WAIT_SECONDS)

    def _next(self) -> bytes:
        if self._is_over:
            return b""
        item = self._chunks.get()
        self._is_over = not item or isinstance(item, BaseException)
        if isinstance(item, BaseException):
            raise item
        return item

    def _work(self) -> None:
        while not self._stop.is_set() and self._fetch():
            pass

    def _fetch(self) -> bool:
        """Queue the next chunk, or what went wrong; returns whether there may be more."""
        try:
            chunk = self._reader.read(_CHUNK_BYTES)
        except BaseException as error:  # noqa: BLE001 - it is raised again where somebody reads
            self._chunks.put(error)
            return False
        self._chunks.put(chunk)
        return bool(chunk)
