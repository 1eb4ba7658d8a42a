"""A table's JSON becomes records, as a walk over the layer's tar would give them, with digests of the contents."""

import base64
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from msgspec import MsgspecError, Raw, Struct, field
from msgspec.json import Decoder

from layerscope.blob.allowance import Allowance
from layerscope.errors import LimitExceeded, MalformedImage
from layerscope.oci.digest import Digest
from layerscope.tar.header import SIZE_LIMIT_BYTES
from layerscope.tar.walk import Record
from layerscope.units import safe_text

# Pieces of long files have entries, too; a layer of 10 GB has some hundred thousand.
ENTRY_LIMIT = 1_000_000
_TYPEFLAGS = {
    "reg": b"0",
    "hardlink": b"1",
    "symlink": b"2",
    "char": b"3",
    "block": b"4",
    "dir": b"5",
    "fifo": b"6",
}
_CHUNK = "chunk"
_VERSION = 1
_XATTR = b"SCHILY.xattr."
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class TableRecord(NamedTuple):
    """A record, and the SHA-256 of its content where it has one."""

    record: Record
    digest: bytes | None


class _Entry(Struct, frozen=True):
    type: str
    name: str
    link_name: str = field(name="linkName", default="")
    size: int = 0
    mode: int = 0
    uid: int = 0
    gid: int = 0
    modtime: str = ""
    device_major: int = field(name="devMajor", default=0)
    device_minor: int = field(name="devMinor", default=0)
    xattrs: dict[str, str] | None = None
    digest: str = ""


class _Table(Struct, frozen=True):
    version: int
    # One by one, since all of them as values take several times the memory of their text.
    entries: list[Raw]


_TABLE_DECODER = Decoder(_Table)
_ENTRY_DECODER = Decoder(_Entry)


def read_entries(content: bytes, allowance: Allowance) -> Iterator[TableRecord]:
    """Every entry that is no piece of another one, in order; raises MalformedImage and LimitExceeded.

    `allowance` bounds the entries of all tables of an image, pieces included.
    """
    # Every entry has a brace of its own, so this bounds them before anything is made of them.
    if content.count(b"{") > ENTRY_LIMIT:
        raise LimitExceeded(f"A table of contents has over {ENTRY_LIMIT} entries.")
    try:
        table = _TABLE_DECODER.decode(content)
        if table.version != _VERSION:
            raise MalformedImage(f"A table of contents is of the unknown version {table.version}.")
        allowance.take_entries(len(table.entries))
        for raw in table.entries:
            entry = _ENTRY_DECODER.decode(raw)
            if entry.type != _CHUNK:
                yield TableRecord(_record(entry), _digest(entry))
    except (MsgspecError, RecursionError, UnicodeError) as error:
        raise MalformedImage(f"A table of contents is none: {safe_text(str(error)[:200])}.") from error


def _record(entry: _Entry) -> Record:
    typeflag = _TYPEFLAGS.get(entry.type)
    if typeflag is None:
        raise MalformedImage(f"A table of contents has an entry of the unknown type {safe_text(entry.type[:40])!r}.")
    size_bytes = entry.size if entry.type == "reg" else 0
    if not 0 <= size_bytes <= SIZE_LIMIT_BYTES:
        raise MalformedImage(f"A table of contents has an entry of {size_bytes} bytes.")
    return Record(
        entry.name.encode(),
        typeflag,
        size_bytes,
        entry.mode & 0o7777,
        entry.uid,
        entry.gid,
        _nanoseconds(entry.modtime) if entry.modtime else 0,
        entry.link_name.encode(),
        (entry.device_major, entry.device_minor),
        0,
        0,
        None,
        tuple(sorted(_xattrs(entry.xattrs))) if entry.xattrs else (),
    )


def _digest(entry: _Entry) -> bytes | None:
    if not entry.digest or entry.type != "reg":
        return None
    digest = Digest.parse(entry.digest)
    return bytes.fromhex(digest.encoded) if digest.algorithm == "sha256" else None


def _xattrs(xattrs: dict[str, str]) -> Iterator[tuple[bytes, bytes]]:
    for name, value in xattrs.items():
        try:
            yield _XATTR + name.encode(), base64.b64decode(value, validate=True)
        except ValueError as error:
            raise MalformedImage("A table of contents has an extended attribute that is not base64.") from error


def _nanoseconds(text: str) -> int:
    """A time of RFC 3339, exact to what it says."""
    match = _TIME.fullmatch(text)
    try:
        moment = datetime.fromisoformat(f"{match[1]}{match[3].replace('Z', '+00:00')}") if match else None
    except ValueError:
        moment = None
    if match is None or moment is None:
        raise MalformedImage(f"A table of contents has the time {safe_text(text[:40])!r}.")
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000_000 + int((match[2] or "").ljust(9, "0"))
