"""How far a scan is, written by its threads and read by the screen."""

import threading
import time
from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

from layerscope.layers.scan import LayerScan


class ScanCancelled(Exception):
    """Ends a scan that nobody waits for any more."""


class BlobState(Struct, frozen=True):
    """One blob of the image: how much of it was read, and its scan once that is there."""

    name: str
    total_bytes: int | None
    read_bytes: int = 0
    is_begun: bool = False
    scan: LayerScan | None = None


class ScanSnapshot(Struct, frozen=True):
    """A scan at one moment; times are None where they cannot be told yet."""

    stage: str
    note: str
    blobs: tuple[BlobState, ...]
    read_bytes: int
    total_bytes: int | None
    elapsed_s: float
    bytes_per_s: float
    left_s: float | None


class ScanState:
    """A Progress that can be looked at, and by which a scan is cancelled: every call raises ScanCancelled then."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._lock = threading.Lock()
        self._clock = clock
        self._began_s = clock()
        self._stage = self._note = ""
        self._blobs: dict[str, BlobState] = {}
        self._is_cancelled = False

    def cancel(self) -> None:
        """Let the scan end at its next step."""
        self._is_cancelled = True

    def stage(self, title: str) -> None:
        """A new step begins."""
        self._check()
        with self._lock:
            self._stage = title

    def note(self, text: str) -> None:
        """Keep the last line that people should know."""
        with self._lock:
            self._note = text

    def planned(self, name: str, total_bytes: int | None) -> None:
        """A blob will be read."""
        self._check()
        with self._lock:
            self._blobs[name] = BlobState(name, total_bytes)

    def layer(self, name: str, total_bytes: int | None) -> None:
        """A blob begins, one of a source that nobody could ask before perhaps."""
        self._check()
        with self._lock:
            self._blobs[name] = BlobState(name, total_bytes, is_begun=True)

    def advance(self, name: str, count_bytes: int) -> None:
        """More of a blob was read."""
        self._check()
        with self._lock:
            if blob := self._blobs.get(name):
                self._blobs[name] = replace(blob, read_bytes=blob.read_bytes + count_bytes)

    def scanned(self, name: str, scan: LayerScan) -> None:
        """A blob's scan is there."""
        with self._lock:
            if blob := self._blobs.get(name):
                self._blobs[name] = replace(blob, scan=scan)

    def done(self, name: str) -> None:
        """A blob is finished; how much of it was left out by seeking does not matter any more."""
        with self._lock:
            if blob := self._blobs.get(name):
                self._blobs[name] = replace(blob, read_bytes=blob.total_bytes or blob.read_bytes)

    def snapshot(self) -> ScanSnapshot:
        """All of it at this moment."""
        with self._lock:
            now_s = self._clock()
            blobs = tuple(self._blobs.values())
            read_bytes = sum(blob.read_bytes for blob in blobs)
            sizes = [blob.total_bytes for blob in blobs]
            total_bytes = None if None in sizes else sum(size or 0 for size in sizes)
            rate = read_bytes / max(now_s - self._began_s, 0.001)
            left_s = (total_bytes - read_bytes) / rate if total_bytes and rate else None
            elapsed_s = now_s - self._began_s
            return ScanSnapshot(self._stage, self._note, blobs, read_bytes, total_bytes, elapsed_s, rate, left_s)

    def _check(self) -> None:
        if self._is_cancelled:
            raise ScanCancelled
