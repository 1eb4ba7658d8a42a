"""Readers that count what is asked of them."""

from io import BytesIO


class Counted:
    """Bytes in order, never more than so many at once; counts the reads and what they gave."""

    def __init__(self, content: bytes, chunk_bytes: int = 1 << 30) -> None:
        self._stream = BytesIO(content)
        self._chunk_bytes = chunk_bytes
        self.reads = 0
        self.read_bytes = 0

    def read(self, size_bytes: int, /) -> bytes:
        """Return some bytes."""
        piece = self._stream.read(min(size_bytes, self._chunk_bytes))
        self.reads += 1
        self.read_bytes += len(piece)
        return piece
