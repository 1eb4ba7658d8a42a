"""One gzip member through the standard library, in the form that the other decompressors have."""

import zlib


class ZlibDecompressor:
    """`decompress` gives at most `max_length` bytes and keeps what it did not use."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(wbits=31)
        self._kept = b""

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """Decompressed bytes; raises zlib.error for damage."""
        content = self._inner.decompress(self._kept + data, max_length)
        self._kept = self._inner.unconsumed_tail
        return content

    @property
    def eof(self) -> bool:
        """Whether the member has ended."""
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        """Whether nothing is kept to go on with."""
        return not self._kept and not self._inner.eof

    @property
    def unused_data(self) -> bytes:
        """What follows the member."""
        return self._inner.unused_data
