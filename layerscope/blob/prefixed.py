"""Looking at a stream's first bytes without losing them."""

from layerscope.blob.access import SequentialReader


def read_fully(reader: SequentialReader, size_bytes: int) -> bytes:
    """That many bytes, fewer only at the end."""
    parts: list[bytes] = []
    missing = size_bytes
    while missing and (part := reader.read(missing)):
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


class Prefixed:
    """A stream whose first bytes were read to look at them."""

    def __init__(self, prefix: bytes, reader: SequentialReader) -> None:
        self._prefix = memoryview(prefix)
        self._reader = reader

    def read(self, size_bytes: int, /) -> bytes:
        """Up to that many bytes; empty only at the end."""
        if self._prefix:
            content, self._prefix = bytes(self._prefix[:size_bytes]), self._prefix[size_bytes:]
            return content
        return self._reader.read(size_bytes)
