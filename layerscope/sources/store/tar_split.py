"""tar-split: a layer's tar without its contents, which lie in a folder beside it.

Lines of JSON, gzipped: segments are the tar's raw bytes between contents (headers and padding), files name a content
with its size and CRC-64 (vbatts/tar-split, tar/storage/entry.go and tar/asm/disassemble.go).
"""

import threading
from array import array
from collections.abc import Callable, Iterator
from typing import Annotated

import numpy as np
from msgspec import Meta, MsgspecError, Struct
from msgspec.json import Decoder
from numpy.typing import NDArray

from layerscope.blob.access import SequentialReader
from layerscope.blob.packed import PackedBytes
from layerscope.errors import MalformedImage, StoreUnusable
from layerscope.units import safe_text

_SEGMENT, _FILE = 2, 1
_CHUNK_BYTES = 1 << 20
_LINE_LIMIT_BYTES = 64 << 20
_SIZE_LIMIT_BYTES = 1 << 60
_CHECKSUM_BYTES = 8


class _Entry(Struct, gc=False):
    """One line."""

    type: int
    name: str = ""
    name_raw: bytes = b""
    size: Annotated[int, Meta(ge=0, le=_SIZE_LIMIT_BYTES)] = 0
    payload: bytes | None = None


class TarSplit:
    """What is known of a tar without its contents.

    Content `number` lies from `starts[number]` to `ends[number]` of the tar, behind `headers_before[number]` bytes that
    are no contents. Behind the last content, these columns have the tar's end as one more that is empty.
    """

    def __init__(self) -> None:
        self.headers = PackedBytes()
        self.starts = array("q")
        self.ends = array("q")
        self.headers_before = array("q")
        self.size_bytes = 0
        self._names = bytearray()
        self._name_ends = array("q")
        self._checksums = array("Q")

    def content_bytes(self, number: int) -> int:
        """How long a content is."""
        return self.ends[number] - self.starts[number]

    def name(self, number: int) -> bytes:
        """Under which name a content lies in the layer's folder, as the tar has it: not to be trusted."""
        start = self._name_ends[number - 1] if number else 0
        return bytes(self._names[start : self._name_ends[number]])

    def marks(self, starts: NDArray[np.int64], sizes_bytes: NDArray[np.int64]) -> NDArray[np.uint64]:
        """The contents' checksums, never 0; raises StoreUnusable unless the headers place all contents just there."""
        is_right = np.array_equal(starts, np.array(self.starts)[:-1])
        if not is_right or not np.array_equal(starts + sizes_bytes, np.array(self.ends)[:-1]):
            raise StoreUnusable("A layer's headers in the store do not fit its list of files.")
        marks: NDArray[np.uint64] = np.maximum(np.array(self._checksums), np.uint64(1))
        return marks

    def add(self, entries: list[_Entry]) -> None:
        """Append what lines say; raises StoreUnusable for what no tar-split has."""
        for entry in entries:
            if entry.type == _SEGMENT:
                if entry.payload:
                    self.headers.append(entry.payload)
                    self.size_bytes += len(entry.payload)
            elif entry.type != _FILE:
                raise StoreUnusable(f"A layer's tar-split has an entry of the unknown type {entry.type}.")
            elif entry.size:
                self._add_content(entry)

    def finish(self) -> None:
        """There is no more: note the tar's end."""
        self._add_place(0)

    def _add_content(self, entry: _Entry) -> None:
        if entry.payload is None or len(entry.payload) != _CHECKSUM_BYTES:
            raise StoreUnusable("A layer's tar-split has a file without a checksum.")
        self._add_place(entry.size)
        self._checksums.append(int.from_bytes(entry.payload, "big"))
        self._names += entry.name_raw or entry.name.encode()
        self._name_ends.append(len(self._names))
        if self.size_bytes > _SIZE_LIMIT_BYTES:
            raise StoreUnusable("A layer's tar-split has impossible sizes.")

    def _add_place(self, size_bytes: int) -> None:
        self.starts.append(self.size_bytes)
        self.size_bytes += size_bytes
        self.ends.append(self.size_bytes)
        self.headers_before.append(self.headers.size_bytes)


class LazySplit:
    """A tar-split that is read when something asks for it, and once."""

    def __init__(self, read: Callable[[], TarSplit]) -> None:
        self._read = read
        self._lock = threading.Lock()
        self._split: TarSplit | None = None

    def get(self) -> TarSplit:
        """The tar-split; raises StoreUnusable."""
        with self._lock:
            if self._split is None:
                self._split = self._read()
            return self._split

    def marks(self, starts: NDArray[np.int64], sizes_bytes: NDArray[np.int64]) -> NDArray[np.uint64]:
        """As the tar-split's."""
        return self.get().marks(starts, sizes_bytes)


def read_tar_split(reader: SequentialReader) -> TarSplit:
    """Read an inflated tar-split; raises StoreUnusable for anything else."""
    split, decoder = TarSplit(), Decoder(_Entry)
    try:
        for lines in _whole_lines(reader):
            split.add(decoder.decode_lines(lines))
    except (MsgspecError, UnicodeDecodeError, MalformedImage, RecursionError) as error:
        raise StoreUnusable(f"A layer's tar-split cannot be read: {safe_text(str(error)[:200])}.") from error
    split.finish()
    return split


def _whole_lines(reader: SequentialReader) -> Iterator[bytes]:
    """The text in pieces that end with a line; only the last may lack that."""
    rest = b""
    while chunk := reader.read(_CHUNK_BYTES):
        rest += chunk
        end = rest.rfind(b"\n") + 1
        if end:
            yield rest[:end]
            rest = rest[end:]
        elif len(rest) > _LINE_LIMIT_BYTES:
            raise StoreUnusable(f"A layer's tar-split has a line of over {_LINE_LIMIT_BYTES} bytes.")
    if rest:
        yield rest
