"""The header that rpm keeps of a package: an index of tags, and the data that it points into.

In a database it is two big-endian counts (index entries, bytes of data), 16 bytes for each entry (tag, type, offset,
count), and the data (rpm, docs/manual/format_header.md; tags: lib/rpmtag.h).
"""

import struct
from collections.abc import Iterator

from msgspec import Struct

_NAME, _VERSION, _RELEASE, _EPOCH, _SIZE, _ARCHITECTURE = 1000, 1001, 1002, 1003, 1009, 1022
_OLD_NAMES, _STATES, _FOLDER_NUMBERS, _BASE_NAMES, _FOLDERS = 1027, 1029, 1116, 1117, 1118
_LONG_SIZE = 5009
_WANTED = frozenset((
    _NAME, _VERSION, _RELEASE, _EPOCH, _SIZE, _ARCHITECTURE,
    _OLD_NAMES, _STATES, _FOLDER_NUMBERS, _BASE_NAMES, _FOLDERS, _LONG_SIZE,
))  # fmt: skip
_CHAR, _INT8, _INT32, _INT64, _STRING, _STRING_ARRAY, _I18N_STRING = 1, 2, 4, 5, 6, 8, 9
_WIDTHS_BYTES = {_CHAR: 1, _INT8: 1, _INT32: 4, _INT64: 8}
_COUNTS = struct.Struct(">II")
_ENTRY = struct.Struct(">IIII")
_ENTRY_LIMIT = 10_000
_FILE_LIMIT = 500_000
# Linux takes no longer path.
_PATH_LIMIT_BYTES = 4_096
_STATE_NORMAL = 0
PATH_COST_BYTES = 32
"""What a path takes in memory besides its own bytes, at least."""


class RpmPackage(Struct, frozen=True):
    """One installed package; `lines` are the paths that were installed, one a line.

    `version` is as rpm writes it: epoch, if any, and release included. `installed_bytes` is what the package claims.
    """

    name: str
    version: str
    architecture: str
    installed_bytes: int | None
    lines: bytes


def read_header(blob: bytes, limit_bytes: int) -> RpmPackage:
    """Read a header whose paths take no more than a limit; raises ValueError."""
    header = _Header(blob)
    name, version, release = (header.text(tag) for tag in (_NAME, _VERSION, _RELEASE))
    if not name:
        raise ValueError("a package has no name")
    epoch = header.numbers(_EPOCH)
    return RpmPackage(
        name,
        (f"{epoch[0]}:" if epoch else "") + (f"{version}-{release}" if release else version),
        header.text(_ARCHITECTURE),
        next(iter(header.numbers(_LONG_SIZE) or header.numbers(_SIZE)), None),
        b"\n".join(_within(_paths(header), limit_bytes)),
    )


class _Header:
    """The wanted tags of a header, decoded when asked for."""

    def __init__(self, blob: bytes) -> None:
        if len(blob) < _COUNTS.size:
            raise ValueError("a package's header is cut off")
        entries, data_bytes = _COUNTS.unpack_from(blob)
        start = _COUNTS.size + entries * _ENTRY.size
        if entries > _ENTRY_LIMIT or start + data_bytes > len(blob):
            raise ValueError("a package's header is cut off")
        self._data = blob[start : start + data_bytes]
        index = _ENTRY.iter_unpack(blob[_COUNTS.size : start])
        self._entries = {tag: (kind, offset, count) for tag, kind, offset, count in index if tag in _WANTED}

    def text(self, tag: int) -> str:
        """A text, empty where there is none."""
        return next(iter(self.names(tag)), b"")[:_PATH_LIMIT_BYTES].decode("utf-8", "replace")

    def names(self, tag: int) -> list[bytes]:
        """The texts of a tag, none where it is missing."""
        kind, offset, count = self._entries.get(tag, (_STRING, 0, 0))
        if kind not in (_STRING, _STRING_ARRAY, _I18N_STRING) or count > _FILE_LIMIT or offset > len(self._data):
            raise ValueError("a package's header has texts where none can be")
        found = self._data[offset:].split(b"\0", count)
        if len(found) <= count:
            raise ValueError("a package's header is cut off")
        return found[:count]

    def numbers(self, tag: int) -> tuple[int, ...]:
        """The numbers of a tag, none where it is missing."""
        kind, offset, count = self._entries.get(tag, (_INT32, 0, 0))
        width_bytes = _WIDTHS_BYTES.get(kind)
        if width_bytes is None or count > _FILE_LIMIT or offset + count * width_bytes > len(self._data):
            raise ValueError("a package's header has numbers where none can be")
        letter = {1: "B", 4: "I", 8: "Q"}[width_bytes]
        return struct.Struct(f">{count}{letter}").unpack_from(self._data, offset)


def _paths(header: _Header) -> Iterator[bytes]:
    """The paths of a package's files, without those that were left out or that another package has replaced."""
    names = header.names(_BASE_NAMES)
    states = header.numbers(_STATES) or (_STATE_NORMAL,) * len(names)
    if not names:
        yield from header.names(_OLD_NAMES)
        return
    folders, numbers = header.names(_FOLDERS), header.numbers(_FOLDER_NUMBERS)
    if not len(names) == len(numbers) == len(states) or max(numbers) >= len(folders):
        raise ValueError("a package's header has names without folders")
    for name, number, state in zip(names, numbers, states, strict=True):
        if state == _STATE_NORMAL:
            yield folders[number] + name


def _within(paths: Iterator[bytes], limit_bytes: int) -> Iterator[bytes]:
    """Paths that a file system could have, as long as they stay within a limit."""
    for path in paths:
        limit_bytes -= len(path) + PATH_COST_BYTES
        if len(path) > _PATH_LIMIT_BYTES or limit_bytes < 0:
            raise ValueError("its paths are too long")
        if b"\n" not in path:
            yield path
