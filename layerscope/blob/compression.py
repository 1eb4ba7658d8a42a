"""Decompression of a layer's blob, told by its own first bytes: gzip, zstd or none.

Members and frames follow one another (RFC 1952 section 2.2, RFC 8878 section 3.1); zstd's skippable frames may
come first. The window of a zstd frame is bounded as zstd(1) bounds it, and so is the whole output.
"""

import sys
import zlib
from collections.abc import Callable
from typing import Any, Protocol, cast

from layerscope.blob.access import SequentialReader
from layerscope.blob.allowance import Allowance
from layerscope.blob.position_marks import PositionMarks
from layerscope.blob.prefixed import read_fully
from layerscope.blob.zlib_gzip import ZlibDecompressor
from layerscope.errors import LimitExceeded, MalformedImage

try:
    from isal import igzip_lib, isal_zlib
except ImportError:
    # No wheel for this platform: the standard library does it at half the speed.
    HAS_ISAL = False
else:
    HAS_ISAL = True

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

CHUNK_BYTES = 1 << 20
OUTPUT_LIMIT_BYTES = 1 << 40
# How much was used is known between two pieces, so long ones would say little about what an entry takes. Of zstd whole
# blocks come out, at most a piece too late.
_INPUT_BYTES = {"gzip": 1 << 16, "zstd": 1 << 14}
# Behind the first megabytes of a blob an entry's share matters less, and longer pieces cost less.
_BEGINNING_BYTES = 1 << 22
_LONG_INPUT_BYTES = {"gzip": 1 << 18, "zstd": 1 << 18}
_SHORT_INPUT_BYTES = 1 << 14
_ZSTD_WINDOW_LOG = 27
_MAGIC_BYTES = 4
_GZIP_MAGIC = b"\x1f\x8b"
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
_SKIPPABLE_MAGIC = b"\x2a\x4d\x18"
_UNSUPPORTED = {b"BZh": "bzip2", b"\xfd7zXZ\x00": "xz", b"\x04\x22\x4d\x18": "lz4"}


class _Decompressor(Protocol):
    eof: bool
    needs_input: bool
    unused_data: bytes

    def decompress(self, data: bytes | memoryview, max_length: int) -> bytes: ...


def sniff(prefix: bytes) -> str:
    """The compression that a blob's first bytes show: `gzip`, `zstd` or `none`; raises MalformedImage for others."""
    if is_compressed(prefix):
        return "gzip" if prefix[0] == _GZIP_MAGIC[0] else "zstd"
    for magic, name in _UNSUPPORTED.items():
        if prefix.startswith(magic) and prefix[257:262] != b"ustar":
            raise MalformedImage(f"A layer is compressed with {name}.", hint="Images use gzip, zstd or none.")
    return "none"


def is_compressed(prefix: bytes) -> bool:
    """Whether bytes begin a gzip member or a zstd frame, a skippable one included."""
    if prefix.startswith((_GZIP_MAGIC, _ZSTD_MAGIC)):
        return True
    return prefix[1:4] == _SKIPPABLE_MAGIC and prefix[0] >> 4 == 5


class Decompressing:
    """The decompressed bytes of a reader, one chunk at a time; `warnings` and `marks` fill up on the way.

    What comes out is bounded by itself and, where there is an allowance, by what the others that share it leave.
    """

    def __init__(
        self,
        reader: SequentialReader,
        compression: str,
        limit_bytes: int = OUTPUT_LIMIT_BYTES,
        allowance: Allowance | None = None,
    ) -> None:
        self._reader = reader
        self._new = _DECOMPRESSORS[compression]
        self._decompressor: _Decompressor | None = None
        self._chunk = memoryview(b"")
        self._used = 0
        self._input_bytes = self._fed_bytes = _INPUT_BYTES[compression]
        self._long_input_bytes = _LONG_INPUT_BYTES[compression]
        self._read_bytes = 0
        self._limit_bytes = limit_bytes
        self._allowance = allowance
        self._members = 0
        self._ended = False
        self.count_bytes = 0
        self.warnings: list[str] = []
        self.marks = PositionMarks()

    def read(self, size_bytes: int, /) -> bytes:
        """Up to that many decompressed bytes; empty only at the end.

        Raises MalformedImage for data that is damaged or ends early and LimitExceeded past the output's bounds.
        """
        while not self._ended:
            content = self._step(size_bytes)
            if content:
                self.count_bytes += len(content)
                if self.count_bytes > self._limit_bytes:
                    raise LimitExceeded(
                        f"A layer decompresses to over {self._limit_bytes} bytes.", hint="It may be a bomb."
                    )
                if self._allowance is not None:
                    self._allowance.take(len(content), self.count_bytes, self.used_bytes)
                return content
        return b""

    @property
    def used_bytes(self) -> int:
        """How many bytes of the blob were decompressed so far; what follows the last member or frame never counts."""
        return self._read_bytes - len(self._chunk) + self._used

    def _step(self, size_bytes: int) -> bytes:
        if self._decompressor is None:
            self._next_member()
            return b""
        data = self._feed() if self._decompressor.needs_input else b""
        try:
            content = self._decompressor.decompress(data, size_bytes)
        except _ERRORS as error:
            raise MalformedImage(
                f"The compressed data is damaged ({str(error)[:100]}).", hint="Fetch or save the image again."
            ) from error
        if self._decompressor.eof:
            # What was fed too much is fed again. Of many short members each is fed little, or this would be slow.
            self._used -= len(self._decompressor.unused_data)
            self._decompressor, self._fed_bytes = None, _SHORT_INPUT_BYTES
            self._members += 1
        if self._decompressor is None or self._decompressor.needs_input:
            self.marks.note(self.count_bytes + len(content), self.used_bytes)
        return content

    def _feed(self) -> memoryview:
        if self._used == len(self._chunk):
            # Whole chunks, so that marks do not depend on the lengths in which a network brings them.
            self._chunk, self._used = memoryview(read_fully(self._reader, CHUNK_BYTES)), 0
            self._read_bytes += len(self._chunk)
            if not self._chunk:
                raise MalformedImage("The compressed data ends early.", hint="The blob is truncated; fetch it again.")
        data = self._chunk[self._used : self._used + self._fed_bytes]
        self._used += len(data)
        is_beginning = self.used_bytes < _BEGINNING_BYTES
        self._fed_bytes = min(self._fed_bytes * 2, self._input_bytes if is_beginning else self._long_input_bytes)
        return data

    def _next_member(self) -> None:
        """Begin the next member or frame, if what follows is one."""
        if len(self._chunk) - self._used < _MAGIC_BYTES:
            rest = bytes(self._chunk[self._used :])
            self._chunk, self._used = memoryview(rest + read_fully(self._reader, CHUNK_BYTES - len(rest))), 0
            self._read_bytes += len(self._chunk) - len(rest)
        magic = bytes(self._chunk[self._used : self._used + _MAGIC_BYTES])
        if is_compressed(magic):
            self._decompressor = self._new()
        elif self._members:
            self._pass_over_the_rest()
        else:
            raise MalformedImage("The compressed data is empty or does not begin as it should.")

    def _pass_over_the_rest(self) -> None:
        """Zeros pad an archive on tape; anything else is odd. It is read all the same, so that digests cover it."""
        self._ended = True
        has_garbage = bool(bytes(self._chunk[self._used :]).strip(b"\0"))
        while chunk := self._reader.read(CHUNK_BYTES):
            has_garbage = has_garbage or bool(chunk.strip(b"\0"))
        if has_garbage:
            self.warnings.append("Bytes that are not compressed follow the compressed data; they are not read.")


_ERRORS: tuple[type[Exception], ...] = (zlib.error, zstd.ZstdError, ValueError)
if HAS_ISAL:
    _ERRORS = (*_ERRORS, cast("type[Exception]", isal_zlib.error))


def _new_gzip() -> Any:
    if not HAS_ISAL:
        return ZlibDecompressor()
    return igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP)


def _new_zstd() -> Any:
    return zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: _ZSTD_WINDOW_LOG})


_DECOMPRESSORS: dict[str, Callable[[], Any]] = {"gzip": _new_gzip, "zstd": _new_zstd}
