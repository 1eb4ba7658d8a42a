"""A layer's tar put together again while it is read: headers from its tar-split, contents from its folder."""

from bisect import bisect_left, bisect_right
from typing import Protocol

from layerscope.blob.access import RandomReader
from layerscope.errors import StoreUnusable
from layerscope.sources.store.tar_split import LazySplit


class Contents(Protocol):
    """The contents of a layer's files."""

    def read_into(self, number: int, offset_bytes: int, buffer: memoryview) -> None:
        """Fill the buffer from the offset of a content; raises StoreUnusable if that cannot be done."""


class SplitReader:
    """The tar as a RandomReader."""

    def __init__(self, split: LazySplit, contents: Contents) -> None:
        self._split = split
        self._contents = contents

    @property
    def size_bytes(self) -> int:
        """How long the tar is; raises StoreUnusable."""
        return self._split.get().size_bytes

    def read_at(self, offset_bytes: int, size_bytes: int) -> bytes:
        """That many bytes from the offset, fewer only at the end; raises StoreUnusable."""
        buffer = bytearray(max(0, min(size_bytes, self.size_bytes - offset_bytes)))
        self.read_into(offset_bytes, memoryview(buffer))
        return bytes(buffer)

    def read_into(self, offset_bytes: int, buffer: memoryview) -> None:
        """Fill the buffer from the offset; raises StoreUnusable."""
        split, filled = self._split.get(), 0
        if offset_bytes + len(buffer) > split.size_bytes:
            raise StoreUnusable("A layer in the store ends too early.")
        number = bisect_right(split.ends, offset_bytes)
        while filled < len(buffer):
            position = offset_bytes + filled
            start = split.starts[number]
            if position < start:
                part = buffer[filled : filled + start - position]
                split.headers.read_into(split.headers_before[number] - (start - position), part)
            else:
                part = buffer[filled : filled + split.ends[number] - position]
                self._contents.read_into(number, position - start, part)
                number += 1
            filled += len(part)


class HeadersReader:
    """The tar with zeros for contents, as a RandomReader; a window over many headers costs little more than one."""

    def __init__(self, split: LazySplit) -> None:
        self._split = split

    @property
    def size_bytes(self) -> int:
        """How long the tar is; raises StoreUnusable."""
        return self._split.get().size_bytes

    def read_at(self, offset_bytes: int, size_bytes: int) -> bytes:
        """That many bytes from the offset, fewer only at the end."""
        split = self._split.get()
        end = min(offset_bytes + size_bytes, split.size_bytes)
        if offset_bytes >= end:
            return b""
        first = bisect_right(split.ends, offset_bytes)
        begin = split.headers_before[first] - max(0, split.starts[first] - offset_bytes)
        headers = bytearray(min(end - offset_bytes, split.headers.size_bytes - begin))
        split.headers.read_into(begin, memoryview(headers))
        parts: list[bytes | bytearray] = []
        position, taken = offset_bytes, 0
        for number in range(first, bisect_left(split.starts, end, first)):
            count = max(0, split.starts[number] - position)
            parts.append(headers[taken : taken + count])
            content_end = min(split.ends[number], end)
            parts.append(bytes(content_end - position - count))
            taken, position = taken + count, content_end
        parts.append(headers[taken : taken + end - position])
        return b"".join(parts)

    def read_into(self, offset_bytes: int, buffer: memoryview) -> None:
        """Fill the buffer from the offset; raises StoreUnusable."""
        content = self.read_at(offset_bytes, len(buffer))
        if len(content) < len(buffer):
            raise StoreUnusable("A layer in the store ends too early.")
        buffer[:] = content


class SplitStream:
    """The tar as a SequentialReader."""

    def __init__(self, reader: RandomReader) -> None:
        self._reader = reader
        self._position = 0

    def read(self, size_bytes: int, /) -> bytes:
        """Up to that many bytes; empty only at the end."""
        content = self._reader.read_at(self._position, size_bytes)
        self._position += len(content)
        return content
