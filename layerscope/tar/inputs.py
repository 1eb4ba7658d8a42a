"""Two ways to feed the walk: a stream that passes by, and a reader that can jump over contents."""

from collections.abc import Iterator
from typing import Protocol

from layerscope.errors import DamagedTar

_WINDOW_BYTES = 1 << 15
_CHUNK_BYTES = 1 << 20


class Sequential(Protocol):
    """Bytes once, in order."""

    def read(self, size_bytes: int, /) -> bytes:
        """Up to that many bytes; empty only at the end."""


class Random(Protocol):
    """Bytes at any offset."""

    @property
    def size_bytes(self) -> int:
        """How many there are."""

    def read_at(self, offset_bytes: int, size_bytes: int) -> bytes:
        """That many bytes from the offset, fewer only at the end."""


class TarInput(Protocol):
    """What the walk needs."""

    position: int

    def take(self, size_bytes: int) -> bytes:
        """The next bytes, fewer only at the end."""

    def advance_to(self, position: int) -> None:
        """Go forward to that position; raises DamagedTar if the input ends before it."""

    def content(self, size_bytes: int) -> Iterator[memoryview]:
        """The next bytes in pieces; raises DamagedTar if the input ends before them."""


class StreamInput:
    """A tar that passes by once."""

    def __init__(self, reader: Sequential) -> None:
        self._reader = reader
        self._chunk = b""
        self._start = 0
        self.position = 0

    def take(self, size_bytes: int) -> bytes:
        """The next bytes, fewer only at the end."""
        end = self._start + size_bytes
        if end <= len(self._chunk):
            content = self._chunk[self._start : end]
            self._start = end
        else:
            parts = []
            missing = size_bytes
            while missing and self._fill():
                part = self._chunk[self._start : self._start + missing]
                self._start += len(part)
                missing -= len(part)
                parts.append(part)
            content = b"".join(parts)
        self.position += len(content)
        return content

    def piece(self, size_bytes: int) -> bytes:
        """Some of the next bytes without joining chunks; empty only at the end."""
        if not self._fill():
            return b""
        piece = self._chunk[self._start : self._start + size_bytes]
        self._start += len(piece)
        self.position += len(piece)
        return piece

    def content(self, size_bytes: int) -> Iterator[memoryview]:
        """The next bytes in pieces; raises DamagedTar if the input ends before them."""
        missing = size_bytes
        while missing:
            if not self._fill():
                raise DamagedTar(f"The tar ends {missing} bytes too early", offset_bytes=self.position)
            piece = memoryview(self._chunk)[self._start : self._start + missing]
            self._start += len(piece)
            self.position += len(piece)
            missing -= len(piece)
            yield piece

    def advance_to(self, position: int) -> None:
        """Read and drop; raises DamagedTar if the input ends before that position."""
        end = self._start + position - self.position
        if end <= len(self._chunk):
            self._start, self.position = end, position
            return
        for _ in self.content(position - self.position):
            pass

    def drain(self) -> None:
        """Read what is left, so that digests cover it."""
        while self._fill():
            self.position += len(self._chunk) - self._start
            self._start = len(self._chunk)

    def _fill(self) -> bool:
        if self._start == len(self._chunk):
            self._chunk, self._start = self._reader.read(_CHUNK_BYTES), 0
        return bool(self._chunk)


class SeekInput:
    """A tar at rest: only headers are read, through a small window that often holds the next one."""

    def __init__(self, reader: Random) -> None:
        self._reader = reader
        self._window = b""
        self._window_start = 0
        self.size_bytes = reader.size_bytes
        self.position = 0

    def take(self, size_bytes: int) -> bytes:
        """The next bytes, fewer only at the end."""
        start = self.position - self._window_start
        if not 0 <= start <= len(self._window) - size_bytes:
            self._fill(self.position, size_bytes)
            start = 0
        content = self._window[start : start + size_bytes]
        self.position += len(content)
        return content

    def content(self, size_bytes: int) -> Iterator[memoryview]:
        """The next bytes in pieces; raises DamagedTar if the input ends before them."""
        missing = size_bytes
        while missing:
            piece = self._reader.read_at(self.position, min(missing, _CHUNK_BYTES))
            if not piece:
                raise DamagedTar(f"The tar ends {missing} bytes too early", offset_bytes=self.position)
            self.position += len(piece)
            missing -= len(piece)
            yield memoryview(piece)

    def advance_to(self, position: int) -> None:
        """Jump; raises DamagedTar if the input ends before that position."""
        if position > self.size_bytes:
            raise DamagedTar(f"The tar ends {position - self.size_bytes} bytes too early", offset_bytes=self.size_bytes)
        self.position = position

    def window(self, position: int, size_bytes: int) -> bytes:
        """That many bytes from a position on, fewer only at the end."""
        return self._reader.read_at(position, size_bytes)

    def _fill(self, position: int, size_bytes: int) -> None:
        self._window = self._reader.read_at(position, max(size_bytes, _WINDOW_BYTES))
        self._window_start = position
