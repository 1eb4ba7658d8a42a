"""Bytes kept compressed in memory, and read at any offset: for what is long, repetitive and rarely looked at."""

import sys

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_BLOCK_BYTES = 1 << 18
_LEVEL = 1


class PackedBytes:
    """Grows at its end; a tar's headers take a tenth of their size in it or less."""

    def __init__(self) -> None:
        self._blocks: list[bytes] = []
        self._tail = bytearray()
        self._unpacked: tuple[int, bytes] = (-1, b"")

    @property
    def size_bytes(self) -> int:
        """How many there are."""
        return len(self._blocks) * _BLOCK_BYTES + len(self._tail)

    def append(self, content: bytes) -> None:
        """Put more bytes behind those that are there."""
        self._tail += content
        while len(self._tail) >= _BLOCK_BYTES:
            self._blocks.append(zstd.compress(self._tail[:_BLOCK_BYTES], _LEVEL))
            del self._tail[:_BLOCK_BYTES]

    def read_into(self, offset_bytes: int, buffer: memoryview) -> None:
        """Fill the buffer from the offset; there must be so many bytes."""
        filled = 0
        while filled < len(buffer):
            number, at = divmod(offset_bytes + filled, _BLOCK_BYTES)
            piece = memoryview(self._block(number))[at : at + len(buffer) - filled]
            buffer[filled : filled + len(piece)] = piece
            filled += len(piece)

    def _block(self, number: int) -> bytes | bytearray:
        if number == len(self._blocks):
            return self._tail
        # Several threads may read: what one has unpacked is swapped as one value.
        last, content = self._unpacked
        if last != number:
            content = zstd.decompress(self._blocks[number])
            self._unpacked = number, content
        return content
