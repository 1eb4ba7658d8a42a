"""The walk: a tar's records in order, with extended headers applied."""

from collections.abc import Iterator
from typing import NamedTuple

from layerscope.errors import DamagedTar
from layerscope.tar import pax, sparse
from layerscope.tar.header import BLOCK_BYTES, SIZE_LIMIT_BYTES, ZERO_BLOCK, Header, parse_header
from layerscope.tar.inputs import TarInput

_META_LIMIT_BYTES = 1 << 20
_META_RUN_LIMIT = 16
_XATTRS = (b"SCHILY.xattr.", b"LIBARCHIVE.xattr.")
_HEADER_ONLY = b"123456"
_NO_XATTRS: tuple[tuple[bytes, bytes], ...] = ()
_NO_RECORDS: dict[bytes, bytes] = {}


class Record(NamedTuple):
    """One member; the walk's input stands at its contents while it is the current one.

    `size` is the bytes of contents that the archive holds, 0 for types that have none. For a sparse file these are
    its data, without a map in front of them, and the apparent size is in `sparse`.
    Modes keep their permission bits only.
    """

    name: bytes
    typeflag: bytes
    size: int
    mode: int
    uid: int
    gid: int
    mtime_ns: int
    linkname: bytes
    device: tuple[int, int]
    data_offset: int
    data_end: int
    sparse: sparse.Sparse | None
    xattrs: tuple[tuple[bytes, bytes], ...]


def walk(source: TarInput) -> Iterator[Record]:
    """Yield every record; raises DamagedTar at the first thing that breaks the format.

    The contents of a record may be read from the input before the next one is asked for; what was not read is
    passed over. An archive may end with end blocks or with its last record, and within no block.
    """
    extended: _Extended | None = None
    promised = False
    while True:
        offset = source.position
        block = source.take(BLOCK_BYTES)
        if len(block) < BLOCK_BYTES or block == ZERO_BLOCK:
            _check_end(source, block, offset, promised)
            return
        header = parse_header(block, offset)
        if header.typeflag in b"xgLKX":
            extended = extended or _Extended()
            extended.read(header, source, offset)
            # A global header stands for itself: a tar may end behind it, and to Go names before it are of no entry.
            promised = promised or header.typeflag != b"g"
            if header.typeflag == b"g":
                extended.forget_names()
            continue
        if extended is None and header.typeflag != b"S":
            record = _plain_record(header, source.position)
        else:
            record = _record(header, extended or _Extended(), source, block, offset)
        extended, promised = None, False
        yield record
        skip_contents(source, record.data_end)


def skip_contents(source: TarInput, data_end: int) -> None:
    """Go on to the next header; an archive may end without the rest of its last block, as Go's reader allows."""
    source.advance_to(data_end)
    padding = -data_end % BLOCK_BYTES
    if padding:
        source.take(padding)


class _Extended:
    """What the headers before a record say about it."""

    def __init__(self) -> None:
        self.records = _NO_RECORDS
        self.name: bytes | None = None
        self.linkname: bytes | None = None
        self.has_records = False
        self.count = 0

    def forget_names(self) -> None:
        """What stood before a global header is not of the next entry."""
        self.records, self.name, self.linkname, self.has_records = _NO_RECORDS, None, None, False

    def read(self, header: Header, source: TarInput, offset: int) -> None:
        if header.size > _META_LIMIT_BYTES:
            raise DamagedTar(f"An extended header has {header.size} bytes", offset_bytes=offset)
        self.count += 1
        if self.count > _META_RUN_LIMIT:
            raise DamagedTar(f"Over {_META_RUN_LIMIT} extended headers stand in a row", offset_bytes=offset)
        content = source.take(header.size)
        if len(content) < header.size:
            raise DamagedTar("The tar ends within an extended header", offset_bytes=source.position)
        source.take(-source.position % BLOCK_BYTES)
        if header.typeflag in b"xX":
            if header.typeflag == b"X" and self.has_records:
                # To Go the second one is an entry that the first is about, to GNU tar it takes the first one's place.
                raise DamagedTar("Two kinds of extended headers stand before one record", offset_bytes=offset)
            self.has_records = header.typeflag == b"x"
            self.records = pax.parse_records(content, offset)
        elif header.typeflag == b"g":
            # A global header's records are checked and not applied, as Go's reader does.
            pax.parse_records(content, offset)
        elif header.typeflag == b"L":
            self.name = content.partition(b"\0")[0]
        else:
            self.linkname = content.partition(b"\0")[0]


def _plain_record(header: Header, position: int) -> Record:
    """A record whose header says everything."""
    name, mode, uid, gid, size, mtime_seconds, typeflag, linkname, _, device = header
    if typeflag in _HEADER_ONLY:
        size = 0
    mtime_ns = mtime_seconds * 1_000_000_000
    end = position + size
    if name.endswith(b"/"):
        typeflag, size = _old_directory(name, typeflag, size, position)
    return Record(
        name, typeflag, size, mode & 0o7777, uid, gid, mtime_ns, linkname, device, position, end, None, _NO_XATTRS
    )


def _old_directory(name: bytes, typeflag: bytes, size: int, offset: int) -> tuple[bytes, int]:
    """The oldest format marks a directory by a slash; contents that it may have are passed over."""
    if typeflag == b"\0" and size and name.endswith(b"/"):
        # Go looks for the next header in the contents, GNU tar behind them.
        raise DamagedTar("A directory of the oldest format has contents", offset_bytes=offset)
    return (b"5", 0) if name.endswith(b"/") and typeflag in b"0\x007" else (typeflag, size)


def _record(header: Header, extended: _Extended, source: TarInput, block: bytes, offset: int) -> Record:
    records = extended.records
    attributes = _Attributes(header, records, offset)
    name = extended.name or records.get(b"path") or header.name
    typeflag, size = header.typeflag, attributes.size
    if typeflag in _HEADER_ONLY:
        size = 0
    holes, data_end = None, source.position + size
    if typeflag == b"S":
        if not header.is_gnu:
            raise DamagedTar("A sparse file of GNU tar has a header of another format", offset_bytes=offset)
        holes = sparse.from_old_gnu(block, size, lambda: source.take(BLOCK_BYTES), offset)
        data_end = source.position + size
    elif records:
        holes = sparse.from_pax(records, size, lambda: source.take(BLOCK_BYTES), offset)
    if holes and typeflag != b"S":
        if typeflag in _HEADER_ONLY:
            raise DamagedTar("A sparse map belongs to something that has no contents", offset_bytes=offset)
        name = records.get(b"GNU.sparse.name", b"").partition(b"\0")[0] or name
    typeflag, size = _old_directory(name, typeflag, data_end - source.position, offset)
    return Record(
        name,
        typeflag,
        size,
        header.mode & 0o7777,
        attributes.uid,
        attributes.gid,
        attributes.mtime_ns,
        extended.linkname or records.get(b"linkpath") or header.linkname,
        header.device,
        source.position,
        data_end,
        holes,
        tuple(sorted(item for item in records.items() if item[0].startswith(_XATTRS))) if records else (),
    )


class _Attributes:
    """The numbers of a record; an extended header's win over the header's, and an empty value says nothing."""

    __slots__ = ("gid", "mtime_ns", "size", "uid")

    def __init__(self, header: Header, records: dict[bytes, bytes], offset: int) -> None:
        self.size, self.uid, self.gid = header.size, header.uid, header.gid
        self.mtime_ns = header.mtime_seconds * 1_000_000_000
        if not records:
            return
        if value := records.get(b"size"):
            self.size = pax.decimal(value, offset)
        if value := records.get(b"uid"):
            self.uid = pax.signed(value, offset)
        if value := records.get(b"gid"):
            self.gid = pax.signed(value, offset)
        if value := records.get(b"mtime"):
            self.mtime_ns = pax.nanoseconds(value, offset)
        if self.size > SIZE_LIMIT_BYTES:
            raise DamagedTar(f"A tar header has an impossible size of {self.size}", offset_bytes=offset)


def _check_end(source: TarInput, block: bytes, offset: int, is_promised: bool) -> None:
    if is_promised:
        raise DamagedTar("The tar ends after an extended header", offset_bytes=offset)
    if 0 < len(block) < BLOCK_BYTES:
        raise DamagedTar("The tar ends within a block", offset_bytes=offset)
    if block:
        second = source.take(BLOCK_BYTES)
        if 0 < len(second) < BLOCK_BYTES:
            raise DamagedTar("The tar ends within a block", offset_bytes=offset)
        if second.strip(b"\0"):
            raise DamagedTar("A block of zeros stands between records", offset_bytes=offset)
