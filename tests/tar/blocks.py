"""Builds tars block by block, so that every field can be wrong; shares no code with the reader."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from layerscope.tar.inputs import SeekInput, StreamInput
from layerscope.tar.walk import Record, walk

END = bytes(1024)
# Where each field of a header block lies: offset and length (POSIX.1-2017, pax, "ustar Interchange Format").
FIELDS = {
    "name": (0, 100),
    "mode": (100, 8),
    "uid": (108, 8),
    "gid": (116, 8),
    "size": (124, 12),
    "mtime": (136, 12),
    "checksum": (148, 8),
    "typeflag": (156, 1),
    "linkname": (157, 100),
    "magic": (257, 6),
    "version": (263, 2),
    "uname": (265, 32),
    "gname": (297, 32),
    "major": (329, 8),
    "minor": (337, 8),
    "prefix": (345, 155),
    "tail": (500, 12),
    # GNU tar's own fields for sparse files, over the prefix.
    "sparse": (386, 96),
    "is_extended": (482, 1),
    "real_size": (483, 12),
}
PLAIN = {
    "mode": b"0000644\0",
    "uid": b"0000000\0",
    "gid": b"0000000\0",
    "size": b"00000000000\0",
    "mtime": b"00000000000\0",
    "typeflag": b"0",
    "magic": b"ustar\0",
    "version": b"00",
}
GNU = {"magic": b"ustar ", "version": b" \0"}
V7 = {"magic": bytes(6), "version": bytes(2)}


def header(name: bytes = b"f", **fields: bytes) -> bytes:
    """Return a header block with the raw fields given and a checksum that fits, unless that is given too."""
    block = bytearray(512)
    for field, content in (PLAIN | fields | {"name": name}).items():
        start, length = FIELDS[field]
        assert len(content) <= length, field
        block[start : start + len(content)] = content
    if "checksum" not in fields:
        block[148:156] = b" " * 8
        block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


def with_signed_checksum(block: bytes) -> bytes:
    """Return a header block with the checksum that writers with signed characters made."""
    blank = block[:148] + b" " * 8 + block[156:]
    total = sum(byte - 256 if byte > 127 else byte for byte in blank)
    field = b"%06o\0 " % total if total >= 0 else base256(total, 8)
    return block[:148] + field + block[156:]


def octal(value: int) -> bytes:
    """Return a size or a time of twelve bytes."""
    return b"%011o\0" % value


def base256(value: int, length: int = 12) -> bytes:
    """Return a number as GNU tar and star write it when octal digits do not suffice."""
    field = bytearray(value.to_bytes(length, "big", signed=True))
    field[0] |= 0x80
    return bytes(field)


def padded(content: bytes) -> bytes:
    """Return contents with the rest of their last block."""
    return content + bytes(-len(content) % 512)


def member(name: bytes = b"f", content: bytes = b"", **fields: bytes) -> bytes:
    """Return a header and its contents."""
    return header(name, **({"size": octal(len(content))} | fields)) + padded(content)


def pax_record(key: bytes, value: bytes) -> bytes:
    """Return one `LENGTH KEY=VALUE` record; the length counts itself."""
    rest = b" " + key + b"=" + value + b"\n"
    length = len(rest)
    while len(b"%d" % length) + len(rest) != length:
        length = len(b"%d" % length) + len(rest)
    return b"%d" % length + rest


def pax(*records: bytes, typeflag: bytes = b"x") -> bytes:
    """Return an extended header with these records, right or wrong."""
    return member(b"PaxHeaders/f", b"".join(records), typeflag=typeflag)


def pax_of(**values: bytes) -> bytes:
    """Return an extended header; a double underscore in a key stands for a dot."""
    return pax(*(pax_record(key.replace("__", ".").encode(), value) for key, value in values.items()))


def long_name(name: bytes, typeflag: bytes = b"L") -> bytes:
    """Return GNU tar's header for a long name (L) or a long link target (K)."""
    return member(b"././@LongLink", name + b"\0", typeflag=typeflag, **GNU)


@dataclass(frozen=True, slots=True)
class Member:
    """One record as read, with its contents."""

    record: Record
    content: bytes


class Chunks:
    """A reader that never gives more than so many bytes, and counts."""

    def __init__(self, content: bytes, chunk_bytes: int = 1 << 20) -> None:
        self._stream = BytesIO(content)
        self._chunk_bytes = chunk_bytes
        self.reads = 0
        self.read_bytes = 0

    def read(self, size_bytes: int, /) -> bytes:
        """Return some bytes."""
        piece = self._stream.read(min(size_bytes, self._chunk_bytes))
        self.reads += 1
        self.read_bytes += len(piece)
        return piece


class AtRest:
    """Bytes at any offset, counted."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self.size_bytes = len(content)
        self.reads = 0
        self.read_bytes = 0

    def read_at(self, offset_bytes: int, size_bytes: int) -> bytes:
        """Return the bytes there."""
        assert offset_bytes >= 0
        assert size_bytes >= 0
        piece = self._content[offset_bytes : offset_bytes + size_bytes]
        self.reads += 1
        self.read_bytes += len(piece)
        return piece


def members(source: StreamInput | SeekInput) -> Iterator[Member]:
    """Yield all records with their contents."""
    for record in walk(source):
        yield Member(record, b"".join(source.content(record.data_end - record.data_offset)))


def read(tar: bytes) -> list[Member]:
    """Return all members, after checking that both inputs give the same."""
    by_seek = list(members(SeekInput(AtRest(tar))))
    assert list(members(StreamInput(Chunks(tar, 1000)))) == by_seek
    # The same without reading contents: the walk must pass over them by itself.
    assert list(walk(SeekInput(AtRest(tar)))) == [member.record for member in by_seek]
    assert list(walk(StreamInput(Chunks(tar, 700)))) == [member.record for member in by_seek]
    return by_seek


def names(tar: bytes) -> list[bytes]:
    """Return the names of all members."""
    return [member.record.name for member in read(tar)]
