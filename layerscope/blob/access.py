"""The one seam between sources and layers: how the bytes of a layer can be reached."""

from collections.abc import Callable
from typing import Protocol

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from layerscope.oci.digest import Digest


class SequentialReader(Protocol):
    """Bytes once, in order."""

    def read(self, size_bytes: int, /) -> bytes:
        """Up to that many bytes; empty only at the end."""


class RangeReader(Protocol):
    """Bytes at any offset, maybe far away: each read may be a request."""

    @property
    def size_bytes(self) -> int:
        """How many there are."""

    def read_at(self, offset_bytes: int, size_bytes: int) -> bytes:
        """That many bytes from the offset, fewer only at the end."""


class RandomReader(RangeReader, Protocol):
    """Bytes at any offset, at rest."""

    def read_into(self, offset_bytes: int, buffer: memoryview) -> None:
        """Fill the buffer from the offset; raises SourceUnavailable if there are not so many bytes."""


class StreamAccess(Struct, frozen=True):
    """A blob that passes by once, maybe compressed; every content is hashed and both digests are checked on the way.

    `digest` and `size_bytes` are what the blob as stored must have, None where nobody promised any. Where it comes out
    of something compressed, `packed_bytes` says how much of that was used by now.
    """

    open: Callable[[], SequentialReader]
    digest: Digest | None
    size_bytes: int | None
    media_type: str | None = None
    packed_bytes: Callable[[], int] | None = None


class SeekAccess(Struct, frozen=True):
    """An uncompressed tar at rest: headers by seeking, contents on demand."""

    reader: RandomReader


class ContentTable(Protocol):
    """Where the contents of a layer lie in its tar, known without reading it."""

    def marks(self, starts: NDArray[np.int64], sizes_bytes: NDArray[np.int64]) -> NDArray[np.uint64]:
        """Numbers that differ only where contents differ; raises StoreUnusable unless these are all contents."""


class StoreAccess(SeekAccess, frozen=True):
    """A tar whose headers are kept apart from its contents, as engines keep layers.

    `headers` is the same tar with zeros for contents, so reading it opens no file; `reader` has everything. Marks of
    `contents` are to be compared with those of the same store only.
    """

    headers: RandomReader
    contents: ContentTable


LayerAccess = StreamAccess | SeekAccess
