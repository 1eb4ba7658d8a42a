"""A layer's tar put together again while it is read: headers from its tar-split, contents from its folder."""

from bisect import bisect_right
from typing import Protocol

from layerscope.blob.access import RandomReader
from layerscope.errors import StoreUnusable
from layerscope.sources.store.tar_split import TarSplit


class Contents(Protocol):
    """The contents of a layer's files."""

    def read_into(self, number: int, offset_bytes: int, buffer: memoryview) -> None:
        """Fill the buffer from the offset of a content; raises StoreUnusable if that cannot be done."""


class NoContents:
    """Leaves zeros, for who reads headers only."""

    def read_into(self, number: int, offset_bytes: int, buffer: memoryview) -> None:
        """Leave the buffer as it is."""


class SplitReader:
    """The tar as a RandomReader."""

    def __init__(self, split: TarSplit, contents: Contents) -> None:
        self.size_bytes = split.size_bytes
        self._split = split
        self._contents = contents

    def read_at(self, offset_bytes: int, size_bytes: int) -> bytes:
        """That many bytes from the offset, fewer only at the end; raises StoreUnusable."""
        buffer = bytearray(max(0, min(size_bytes, self.size_bytes - offset_bytes)))
        self.read_into(offset_bytes, memoryview(buffer))
        return bytes(buffer)

    def read_into(self, offset_bytes: int, buffer: memoryview) -> None:
        """Fill the buffer from the offset; raises StoreUnusable."""
        if offset_bytes + len(buffer) > self.size_bytes:
            raise StoreUnusable("A layer in the store ends too early.")
        split, filled = self._split, 0
        number = bisect_right(split.ends, offset_bytes)
        while filled < len(buffer):
            position = offset_bytes + filled
            is_last = number == len(split)
            start = self.size_bytes if is_last else split.starts[number]
            if position < start:
                part = buffer[filled : filled + start - position]
                before = split.headers.size_bytes if is_last else split.headers_before[number]
                split.headers.read_into(before - (start - position), part)
            else:
                part = buffer[filled : filled + split.ends[number] - position]
                self._contents.read_into(number, position - start, part)
                number += 1
            filled += len(part)


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
