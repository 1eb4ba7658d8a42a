"""What an entry of a layer is."""

from enum import IntEnum

from msgspec import Struct


class Kind(IntEnum):
    """The kind of an entry, whiteouts resolved to what they mean."""

    FILE = 0
    HARDLINK = 1
    DIRECTORY = 2
    SYMLINK = 3
    DEVICE = 4
    FIFO = 5
    OTHER = 6
    WHITEOUT = 7
    OPAQUE = 8
    INVALID = 9


class Entry(Struct, frozen=True):
    """One row of a LayerScan.

    `path` is normalised inside the image's root, without a leading slash, the root itself empty; for a whiteout it
    is the path that is hidden, for an opaque whiteout the directory. `size` is the bytes of content in the tar.
    """

    path: bytes
    kind: Kind
    size: int
    mode: int
    uid: int
    gid: int
    mtime_ns: int
    target: bytes
