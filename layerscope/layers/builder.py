"""Collects a layer's records into columns."""

import hashlib
from array import array
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerscope.layers.columns import ByteStrings, frozen
from layerscope.layers.entry import Kind
from layerscope.layers.names import LayerLinks, normalise, normalise_all
from layerscope.layers.scan import HASH_BYTES, Fact
from layerscope.layers.whiteout import PREFIX, interpret
from layerscope.tar.plain import PlainRecords
from layerscope.tar.walk import Record
from layerscope.units import safe_text

_KINDS = {
    b"0": Kind.FILE,
    b"\0": Kind.FILE,
    b"7": Kind.FILE,
    b"S": Kind.FILE,
    b"1": Kind.HARDLINK,
    b"2": Kind.SYMLINK,
    b"3": Kind.DEVICE,
    b"4": Kind.DEVICE,
    b"5": Kind.DIRECTORY,
    b"6": Kind.FIFO,
}
_PLAIN_KINDS = {typeflag[0]: kind for typeflag, kind in _KINDS.items()}
# In a loop over all entries, to look members of an enum up takes more time than what is done with them.
_SYMLINK, _HARDLINK, _WHITEOUT = Kind.SYMLINK, Kind.HARDLINK, Kind.WHITEOUT
_LINKS = (_SYMLINK, _HARDLINK)
_WARNINGS_LIMIT = 50
# What an entry's names may have, and what counts as one more entry beyond that.
_USUAL_NAMES_BYTES, _ENTRY_NAMES_BYTES = 256, 64
_INT64 = (1 << 63) - 1


class ScanBuilder:
    """Grows by one record at a time; `columns()` gives what a LayerScan holds."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []
        self.warnings: list[str] = []
        self._links = LayerLinks()
        self._paths: list[bytes] = []
        self._targets = bytearray()
        self._target_ends = array("Q")
        self._kinds = bytearray()
        self._numbers = array("q")
        self._hashes = bytearray()
        self._hashed = bytearray()
        self._sparse_maps: dict[int, bytes] = {}
        self._suppressed = 0
        self._further_entries = 0

    def __len__(self) -> int:
        return len(self._kinds)

    def add(self, record: Record) -> tuple[bytes, Kind]:
        """Append a record; returns its path in the image's root and its kind."""
        path = self._links.place(normalise(record.name))
        kind = _KINDS.get(record.typeflag, Kind.OTHER)
        target = b""
        if kind is Kind.SYMLINK:
            target = record.linkname
        elif kind is Kind.HARDLINK:
            target = self._links.place(normalise(record.linkname))
        if PREFIX in path:
            kind, path = self._whiteout(kind, path)
        elif not path and kind is not Kind.DIRECTORY:
            kind = self._not_the_root()
        elif kind is Kind.DEVICE and record.typeflag == b"3" and record.device == (0, 0):
            self.warn(f"{safe_text(path)} is a 0:0 character device, which an engine takes as a whiteout.")
            kind = Kind.WHITEOUT
        elif kind is Kind.OTHER:
            self.warn(f"{safe_text(path)} has the unknown tar type {safe_text(record.typeflag)!r}.")
        if kind < Kind.WHITEOUT:
            self._links.record(path, kind, target)
        self._append(record, path, kind, target)
        return path, kind

    def add_plain(self, records: PlainRecords) -> tuple[list[bytes], list[Kind]]:
        """Append many records; returns their paths and kinds."""
        kinds = [_PLAIN_KINDS[typeflag] for typeflag in records.typeflags.tolist()]
        paths = normalise_all(records.names)
        first_row = len(self._kinds)
        may_hide = PREFIX in b"\0".join(paths)
        place, concerns, first_target = self._links.place, self._links.concerns, len(self._targets)
        target_lengths = np.zeros(len(paths), dtype=np.uint64)
        for position, name in enumerate(paths):
            kind, path = kinds[position], place(name)
            if path is name and name and kind not in _LINKS and not may_hide and not concerns(name):
                continue
            target = b""
            if kind is _SYMLINK:
                target = records.linknames[position]
            elif kind is _HARDLINK:
                target = place(normalise(records.linknames[position]))
            if may_hide and PREFIX in path:
                kind, path = self._whiteout(kind, path)
            elif not path and kind is not Kind.DIRECTORY:
                kind = self._not_the_root()
            if kind is _SYMLINK or (concerns(path) and kind < _WHITEOUT):
                self._links.record(path, kind, target)
            self._targets += target
            target_lengths[position] = len(target)
            paths[position], kinds[position] = path, kind
        self._target_ends.frombytes((np.cumsum(target_lengths) + np.uint64(first_target)).tobytes())
        self._paths += paths
        self._kinds += bytes(kinds)
        columns = (
            records.sizes,
            records.modes,
            records.uids,
            records.gids,
            records.mtimes_seconds * 1_000_000_000,
            np.zeros(len(kinds), dtype=np.int64),
            records.content_starts,
            records.content_marks.view(np.int64),
        )
        self._numbers.frombytes(np.stack(columns, axis=1).tobytes())
        self._hashed += bytes(len(self._kinds) - first_row)
        self._hashes += bytes((len(self._kinds) - first_row) * HASH_BYTES)
        return paths, kinds

    def add_fact(self, fact: Fact) -> None:
        """Keep what a probe found; each file that a package database lists takes the memory of an entry."""
        self.facts.append(fact)
        self._further_entries += _listed(fact.value)

    def take_further_entries(self) -> int:
        """How many more entries long names and lists of files count as since the last time, by their memory."""
        count, self._further_entries = self._further_entries, 0
        return count

    def set_hash(self, row: int, digest: bytes) -> None:
        """Give the content hash of a record."""
        self._hashes[row * HASH_BYTES : (row + 1) * HASH_BYTES] = digest
        self._hashed[row] = 1

    def drop_contents(self) -> None:
        """The record that was added last has not all its contents in the input: it counts nothing."""
        self._numbers[-8] = 0
        self._hashed[-1] = 0

    def warn(self, text: str) -> None:
        """Note something odd; a bounded number of texts is kept and the rest counted."""
        if len(self.warnings) < _WARNINGS_LIMIT:
            self.warnings.append(text)
        else:
            self._suppressed += 1

    def columns(self) -> dict[str, Any]:
        """The columns, by their names in LayerScan."""
        if self._suppressed:
            self.warnings.append(f"{self._suppressed} more warnings of this layer are not listed.")
        numbers = np.frombuffer(self._numbers, dtype=np.int64).reshape(-1, 8)
        names = ("sizes", "modes", "uids", "gids", "mtimes_ns", "xattrs", "content_starts", "content_marks")
        dtypes = (np.int64, np.uint16, np.int64, np.int64, np.int64, np.uint64, np.int64, np.uint64)
        columns: dict[str, Any] = {
            name: _packed(numbers[:, position].astype(dtype))
            for position, (name, dtype) in enumerate(zip(names, dtypes, strict=True))
        }
        targets = ByteStrings(bytes(self._targets), _packed(np.frombuffer(self._target_ends, np.uint64)))
        return columns | {
            "paths": ByteStrings.pack(self._paths),
            "targets": targets,
            "kinds": frozen(np.frombuffer(bytes(self._kinds), np.uint8), np.uint8),
            "hashes": _packed(np.frombuffer(self._hashes, np.uint8).reshape(-1, HASH_BYTES)),
            "hashed": _packed(np.frombuffer(self._hashed, np.bool_)),
            "sparse_maps": dict(self._sparse_maps),
        }

    def _append(self, record: Record, path: bytes, kind: Kind, target: bytes) -> None:
        if record.sparse is not None:
            self._sparse_maps[len(self._kinds)] = record.sparse.map_hash
        names_bytes = len(path) + len(target)
        if names_bytes > _USUAL_NAMES_BYTES:
            self._further_entries += names_bytes // _ENTRY_NAMES_BYTES
        self._paths.append(path)
        self._targets += target
        self._target_ends.append(len(self._targets))
        self._kinds.append(kind)
        self._numbers.extend(
            (
                record.size,
                record.mode,
                _clamp(record.uid),
                _clamp(record.gid),
                _clamp(record.mtime_ns),
                _hash_xattrs(record.xattrs) if record.xattrs else 0,
                record.data_offset,
                0,
            )
        )
        self._hashes += bytes(HASH_BYTES)
        self._hashed.append(0)

    def _not_the_root(self) -> Kind:
        self.warn("An entry that is no directory stands for the root; it is passed over.")
        return Kind.INVALID

    def _whiteout(self, kind: Kind, path: bytes) -> tuple[Kind, bytes]:
        meaning = None if kind is Kind.DIRECTORY else interpret(path)
        if meaning is None:
            if path.rpartition(b"/")[2].startswith(PREFIX):
                self.warn(f"{safe_text(path)} has a whiteout's name and is none; it is kept as it is.")
            return kind, path
        if meaning[0] is Kind.INVALID:
            self.warn(f"{safe_text(path)} is a whiteout without a name; it hides nothing.")
        return meaning


def _listed(value: Any) -> int:
    """How many files a fact lists, long names counted as several; package databases keep them as lines."""
    if isinstance(value, tuple):
        return sum(map(_listed, value))
    lines = getattr(value, "lines", b"")
    return lines.count(b"\n") + len(lines) // _USUAL_NAMES_BYTES


def _packed(column: NDArray[Any]) -> NDArray[Any]:
    """A frozen copy; where all rows are the same, as owners and missing hashes are, one row that stands for all."""
    if len(column) and (column == column[0]).all():
        return np.broadcast_to(column[0].copy(), column.shape)
    copy = column.copy()
    copy.flags.writeable = False
    return copy


def _clamp(value: int) -> int:
    return max(-_INT64, min(_INT64, value))


def _hash_xattrs(xattrs: tuple[tuple[bytes, bytes], ...]) -> int:
    digest = hashlib.blake2b(repr(xattrs).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)
