"""A stream that nothing compressed, with samples of what compressing it would make of it."""

from layerscope.blob.access import SequentialReader
from layerscope.blob.gzip_size import PIECE_BYTES, gzip_share
from layerscope.blob.position_marks import PositionMarks

_APART_BYTES = 1 << 20
# Small layers have no million bytes to draw from, so a stream's beginning is looked at more closely.
_BEGINNING_BYTES = 1 << 22
_APART_AT_FIRST_BYTES = 1 << 15
# A stream's end may be too short for a whole piece; a very short one would seem to compress badly.
_ENOUGH_BYTES = 1 << 11


class Sampled:
    """A reader that estimates, as bytes pass, how far their gzip would have come: `marks` and `used_bytes` say so.

    Behind the first megabytes one byte of sixty is compressed, which hardly delays a stream. Where samples are taken
    does not depend on the lengths in which the bytes come.
    """

    def __init__(self, reader: SequentialReader) -> None:
        self._reader = reader
        self._piece = bytearray()
        self._share = 1.0
        self._used = 0.0
        self._stretch_start = self._position = 0
        self._stretch_end = _APART_AT_FIRST_BYTES
        self.marks = PositionMarks()

    @property
    def used_bytes(self) -> int:
        """The estimated size of all that has passed."""
        return round(self._used + (self._position - self._stretch_start) * self._next_share())

    def read(self, size_bytes: int, /) -> bytes:
        """Up to that many bytes; empty only at the end."""
        chunk = self._reader.read(size_bytes)
        start = 0
        while start < len(chunk):
            count = min(self._stretch_end - self._position, len(chunk) - start)
            if (missing_bytes := PIECE_BYTES - len(self._piece)) > 0:
                self._piece += chunk[start : start + min(count, missing_bytes)]
            self._position += count
            start += count
            if self._position == self._stretch_end:
                self._end_stretch()
        return chunk

    def _end_stretch(self) -> None:
        """Count what has passed since the last sample, and begin with the next one."""
        self._share = self._next_share()
        self._used += (self._position - self._stretch_start) * self._share
        self.marks.note(self._position, round(self._used))
        self._stretch_start = self._position
        self._stretch_end += _APART_AT_FIRST_BYTES if self._position < _BEGINNING_BYTES else _APART_BYTES
        self._piece.clear()

    def _next_share(self) -> float:
        """The share of the stretch that is passing; where too little of it came for a sample, that of the last one."""
        has_enough = len(self._piece) >= _ENOUGH_BYTES or not self._stretch_start
        return gzip_share(bytes(self._piece)) if has_enough else self._share
