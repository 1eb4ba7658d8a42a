"""Decompression of a layer's blob, told by its own first bytes: gzip, zstd or none.

Members and frames follow one another (RFC 1952 section 2.2, RFC 8878 section 3.1); zstd's skippable frames may
come first. The window of a zstd frame is bounded as zstd(1) bounds it, and so is the whole output.
"""

import sys
import zlib
from collections.abc import Callable
from typing import Any, Protocol, cast

from layerscope.blob.access import SequentialReader
from layerscope.blob.prefixed import Prefixed
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
_SHORT_INPUT_BYTES = 1 << 14
_ZSTD_WINDOW_LOG = 27
_UNSUPPORTED = {b"BZh": "bzip2", b"\xfd7zXZ\x00": "xz", b"\x04\x22\x4d\x18": "lz4"}


class _Decompressor(Protocol):
    eof: bool
    needs_input: bool
    unused_data: bytes

    def decompress(self, data: bytes, max_length: int) -> bytes: ...


def sniff(prefix: bytes) -> str:
    """The compression that a blob's first bytes show: `gzip`, `zstd` or `none`; raises MalformedImage for others."""
    if prefix[:2] == b"\x1f\x8b":
        return "gzip"
    if prefix[:4] == b"\x28\xb5\x2f\xfd" or (
        len(prefix) >= 4 and prefix[1:4] == b"\x2a\x4d\x18" and prefix[0] >> 4 == 5
    ):
        return "zstd"
    for magic, name in _UNSUPPORTED.items():
        if prefix.startswith(magic) and prefix[257:262] != b"ustar":
            raise MalformedImage(f"A layer is compressed with {name}.", hint="Images use gzip, zstd or none.")
    return "none"


class Decompressing:
    """The decompressed bytes of a reader, one chunk at a time; `warnings` fills up on the way."""

    def __init__(self, reader: SequentialReader, compression: str, limit_bytes: int = OUTPUT_LIMIT_BYTES) -> None:
        self._reader = reader
        self._new = _DECOMPRESSORS[compression]
        self._decompressor: _Decompressor | None = None
        self._pending = b""
        self._input_bytes = CHUNK_BYTES // 4
        self._limit_bytes = limit_bytes
        self._members = 0
        self._ended = False
        self.count_bytes = 0
        self.warnings: list[str] = []

    def read(self, size_bytes: int, /) -> bytes:
        """Up to that many decompressed bytes; empty only at the end.

        Raises MalformedImage for data that is damaged or ends early and LimitExceeded past the output's bound.
        """
        while not self._ended:
            content = self._step(size_bytes)
            if content:
                self.count_bytes += len(content)
                if self.count_bytes > self._limit_bytes:
                    raise LimitExceeded(
                        f"A layer decompresses to over {self._limit_bytes} bytes.", hint="It may be a bomb."
                    )
                return content
        return b""

    def _step(self, size_bytes: int) -> bytes:
        current = self._decompressor
        if current is None:
            return self._next_member()
        data = b""
        if current.needs_input:
            data, self._pending = self._pending or self._reader.read(self._input_bytes), b""
            self._input_bytes = min(self._input_bytes * 2, CHUNK_BYTES)
            if not data:
                raise MalformedImage("The compressed data ends early.", hint="The blob is truncated; fetch it again.")
        try:
            content = current.decompress(data, size_bytes)
        except _ERRORS as error:
            return self._damaged(error)
        if current.eof:
            # A stream of many short members would be copied again for each of them: feed it in short pieces.
            self._pending, self._decompressor = current.unused_data, None
            self._input_bytes = _SHORT_INPUT_BYTES
            self._members += 1
        return content

    def _next_member(self) -> bytes:
        while len(self._pending) < 4:
            more = self._reader.read(self._input_bytes)
            if not more:
                break
            self._pending += more
        if self._members and not self._pending.strip(b"\0"):
            self._drain()
        elif self._members and sniff(self._pending[:4]) == "none":
            self.warnings.append("Bytes that are not compressed follow the compressed data; they are not read.")
            self._drain()
        elif not self._pending:
            raise MalformedImage("The compressed data is empty.")
        else:
            self._decompressor = self._new()
            if len(self._pending) > _SHORT_INPUT_BYTES and self._members:
                self._reader = Prefixed(self._pending, self._reader)
                self._pending = b""
        return b""

    def _drain(self) -> None:
        self._ended, self._pending = True, b""
        while self._reader.read(CHUNK_BYTES):
            pass

    def _damaged(self, error: Exception) -> bytes:
        raise MalformedImage(
            f"The compressed data is damaged ({str(error)[:100]}).", hint="Fetch or save the image again."
        ) from error


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
