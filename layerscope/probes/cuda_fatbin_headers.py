"""The headers of fatbins, each checked against all that is known of it.

A fatbin is a header of 16 bytes and entries back to back: a header of 64 bytes or more and a payload. NVIDIA documents
none of it. The fields are named as in cuda-fatbin-decompression (fatbin-decompress.h), and what the flags mean was seen
in what `nvcc` and `fatbinary` of CUDA 13.2 write for each of their options.
"""

from collections.abc import Iterator
from functools import lru_cache
from struct import Struct
from typing import NamedTuple

from layerscope.layers.probe import ContentView

FATBIN_HEADER_BYTES = 16
# Magic, version 1 and the header's size of 16 bytes: all fatbins begin with these eight bytes.
FATBIN_MARK = 0x0010_0001_BA55_ED50
HEADER_LIMIT = 500_000
"""Headers looked at in one file; libcufft.so.11 of CUDA 12.8 has 47,064."""

_FATBIN = Struct("<QQ")
# Kind, version, header size, payload size with padding, architecture, flags.
_ENTRY = Struct("<HHIQ12xI8xQ")
_ENTRY_VERSION = 0x0101
_ENTRY_HEADER_BYTES = 64
_ARCHITECTURE_LIMIT = 1_000
_WINDOW_BYTES = 4_096

_KINDS = {1: "ptx", 2: "sass", 8: "lto-ir"}
_LZ4, _ZSTD = 0x2000, 0x8000
_COMPRESSIONS = {0: "none", _LZ4: "lz4", _ZSTD: "zstd"}
# sm_90a runs on that chip alone, sm_100f on its family.
_THIS_CHIP, _FAMILY = 0x10_0000, 0x20_0000
_SUFFIXES = {_THIS_CHIP: "a", _FAMILY: "f"}


class Label(NamedTuple):
    """What an entry is; sorts by the chip's number."""

    chip: int
    suffix: str
    kind: str
    compression: str


class Entry(NamedTuple):
    """One entry of a fatbin, its header included."""

    label: Label
    size_bytes: int


class HeaderReader:
    """Reads headers of a file, a bounded number of them; payloads are jumped over."""

    def __init__(self, view: ContentView) -> None:
        self.view = view
        self._window = b""
        self._window_offset_bytes = 0
        self._headers_left = HEADER_LIMIT

    @property
    def is_spent(self) -> bool:
        """Whether there were too many headers; none is read after that."""
        return self._headers_left <= 0

    def fatbin_end(self, start: int, limit: int) -> int | None:
        """Where the fatbin that starts there ends; None unless one does, and ends by `limit`. Offsets in bytes."""
        header = self._header(start, limit, FATBIN_HEADER_BYTES)
        mark, size_bytes = _FATBIN.unpack(header) if header else (0, 0)
        end = start + FATBIN_HEADER_BYTES + size_bytes
        return int(end) if mark == FATBIN_MARK and size_bytes and end <= limit else None

    def entries(self, start: int, limit: int) -> Iterator[Entry]:
        """The entries that lie back to back from there, up to the first that is not valid. Offsets in bytes."""
        while header := self._header(start, limit, _ENTRY.size):
            kind, version, header_bytes, payload_bytes, chip, flags = _ENTRY.unpack(header)
            size_bytes = header_bytes + payload_bytes
            if version != _ENTRY_VERSION or header_bytes < _ENTRY_HEADER_BYTES or chip >= _ARCHITECTURE_LIMIT:
                return
            if not payload_bytes or size_bytes > limit - start:
                return
            yield Entry(_label(kind, chip, flags), size_bytes)
            start += size_bytes

    def skip_zeros(self, start: int, limit: int) -> int:
        """The offset of the first byte that is not zero, or `limit`."""
        while start < limit:
            block = self._read(start, 1)[: limit - start]
            # Comparing is faster than stripping, and windows of nothing but zeros may be many.
            content = b"" if block == bytes(len(block)) else block.lstrip(b"\0")
            start += len(block) - len(content)
            if content or not block:
                break
        return start

    def _header(self, start: int, limit: int, size_bytes: int) -> bytes:
        """The bytes of a header, none where it does not fit or too many were read."""
        if self.is_spent or start + size_bytes > limit:
            return b""
        self._headers_left -= 1
        header = self._read(start, size_bytes)[:size_bytes]
        return header if len(header) == size_bytes else b""

    def _read(self, start: int, size_bytes: int) -> bytes:
        """At least that many bytes, fewer only at the file's end."""
        skipped_bytes = start - self._window_offset_bytes
        if skipped_bytes < 0 or skipped_bytes + size_bytes > len(self._window):
            self._window = self.view.read_at(start, _WINDOW_BYTES)
            self._window_offset_bytes = start
            skipped_bytes = 0
        return self._window[skipped_bytes:]


@lru_cache(maxsize=1_024)
def _label(kind: int, chip: int, flags: int) -> Label:
    return Label(
        chip,
        _SUFFIXES.get(flags & (_THIS_CHIP | _FAMILY), ""),
        _KINDS.get(kind, "other"),
        _COMPRESSIONS.get(flags & (_LZ4 | _ZSTD), "other"),
    )
