"""PAX extended records (POSIX.1-2017, pax, "pax Extended Header")."""

import re

from layerscope.errors import DamagedTar

RECORDS_LIMIT_BYTES = 1 << 20
_LENGTH_DIGITS = 8
_TEXT_KEYS = frozenset({b"path", b"linkpath", b"uname", b"gname"})
_DECIMAL = re.compile(rb"0{0,64}[0-9]{1,19}\Z")
_SIGNED = re.compile(rb"[-+]?[0-9]{1,19}\Z")
_TIME = re.compile(rb"(-?)([0-9]{1,18})(?:\.([0-9]*))?\Z")


def parse_records(content: bytes, offset_bytes: int) -> dict[bytes, bytes]:
    """Read `LENGTH KEY=VALUE\\n` records, the last of a key winning; raises DamagedTar.

    The pairs of sparse format 0.0 repeat their keys and come out joined with commas under `GNU.sparse.map`.
    """
    records: dict[bytes, bytes] = {}
    sparse_map: list[bytes] = []
    position = 0
    while position < len(content):
        space = content.find(b" ", position, position + _LENGTH_DIGITS + 1)
        length = content[position:space] if space > 0 else b""
        end = position + int(length) if length.isdigit() else 0
        if end <= space + 1 or end > len(content) or content[end - 1] != 0x0A:
            raise DamagedTar("An extended header has a record of a wrong length", offset_bytes=offset_bytes)
        key, equals, value = content[space + 1 : end - 1].partition(b"=")
        if not key or not equals or b"\0" in (value if key in _TEXT_KEYS else key):
            raise DamagedTar("An extended header has a record that is not KEY=VALUE", offset_bytes=offset_bytes)
        if key in (b"GNU.sparse.offset", b"GNU.sparse.numbytes"):
            if (key == b"GNU.sparse.offset") == bool(len(sparse_map) % 2) or b"," in value:
                raise DamagedTar("An extended header has a sparse map out of order", offset_bytes=offset_bytes)
            sparse_map.append(value)
        else:
            records[key] = value
        position = end
    if sparse_map:
        records[b"GNU.sparse.map"] = b",".join(sparse_map)
    return records


def decimal(value: bytes, offset_bytes: int) -> int:
    """A record that must be a count; raises DamagedTar for signs, spaces, underscores and other digits."""
    if not _DECIMAL.match(value):
        raise DamagedTar("An extended header has a size that is not decimal", offset_bytes=offset_bytes)
    return int(value)


def signed(value: bytes, offset_bytes: int) -> int:
    """A record that must be an integer; raises DamagedTar."""
    if not _SIGNED.match(value):
        raise DamagedTar("An extended header has an owner that is not a number", offset_bytes=offset_bytes)
    return int(value)


def nanoseconds(value: bytes, offset_bytes: int) -> int:
    """A time in seconds with a fraction, cut to nanoseconds; raises DamagedTar."""
    match = _TIME.match(value)
    if not match:
        raise DamagedTar("An extended header has a time that is not a number", offset_bytes=offset_bytes)
    sign, seconds, fraction = match.groups()
    count = int(seconds) * 1_000_000_000 + int((fraction or b"")[:9].ljust(9, b"0"))
    return -count if sign else count
