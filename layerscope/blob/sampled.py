"""A stream that nothing compressed, with samples of what compressing it would make of it."""

from layerscope.blob.access import SequentialReader
from layerscope.blob.gzip_size import PIECE_BYTES, gzip_share
from layerscope.blob.position_marks import PositionMarks
from layerscope.blob.prefixed import read_fully

_APART_BYTES = 1 << 20
# Small layers have no million bytes to draw from, so a stream's beginning is looked at more closely.
_BEGINNING_BYTES = 1 << 22
_APART_AT_FIRST_BYTES = 1 << 15


class Sampled:
    """A reader that estimates, as bytes pass, how far their gzip would have come: `marks` and `used_bytes` say so.

    Behind the first megabytes one byte of sixty is compressed, which hardly delays a stream.
    """

    def __init__(self, reader: SequentialReader) -> None:
        self._reader = reader
        self._until_sample = 0
        self._share = 1.0
        self._used = 0.0
        self._position = 0
        self.marks = PositionMarks()

    @property
    def used_bytes(self) -> int:
        """The estimated size of all that has passed."""
        return round(self._used)

    def read(self, size_bytes: int, /) -> bytes:
        """Up to that many bytes; empty only at the end."""
        chunk = self._read_piece(size_bytes)
        start = 0
        while start < len(chunk):
            if not self._until_sample:
                is_beginning = self._position < _BEGINNING_BYTES
                self._until_sample = _APART_AT_FIRST_BYTES if is_beginning else _APART_BYTES
                # At a chunk's end the piece is the last one in it: a shorter one would compress less.
                piece_start = max(0, min(start, len(chunk) - PIECE_BYTES))
                self._share = gzip_share(chunk[piece_start : piece_start + PIECE_BYTES])
            count = min(self._until_sample, len(chunk) - start)
            self._until_sample -= count
            self._position += count
            self._used += count * self._share
            self.marks.note(self._position, self.used_bytes)
            start += count
        return chunk

    def _read_piece(self, size_bytes: int) -> bytes:
        """What the reader has next; where that is too short for a sample, what follows as well."""
        chunk = self._reader.read(size_bytes)
        missing_bytes = min(PIECE_BYTES, size_bytes) - len(chunk)
        return chunk + read_fully(self._reader, missing_bytes) if chunk and missing_bytes > 0 else chunk
