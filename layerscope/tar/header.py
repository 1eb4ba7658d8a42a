"""One 512-byte header block, checked and decoded."""

import zlib
from struct import Struct
from typing import NamedTuple

from layerscope.errors import DamagedTar

BLOCK_BYTES = 512
ZERO_BLOCK = bytes(BLOCK_BYTES)
SIZE_LIMIT_BYTES = 1 << 60

_FIELDS = Struct("100s8s8s8s12s12s8sc100s6s2s32s32s8s8s155s12s")
_MEMO_LIMIT = 8_192
_memo: dict[bytes, int] = {}


class Header(NamedTuple):
    """The fields of a header block; `size` is the raw field, whether or not the type has contents."""

    name: bytes
    mode: int
    uid: int
    gid: int
    size: int
    mtime_seconds: int
    typeflag: bytes
    linkname: bytes
    is_gnu: bool
    device: tuple[int, int]


def parse_header(block: bytes, offset_bytes: int) -> Header:
    """Decode a header block; raises DamagedTar for a wrong checksum, a field that is no number, a size out of range."""
    fields = _FIELDS.unpack(block)
    raw_name, checksum, typeflag, linkname, magic, version = fields[0], *fields[6:11]
    _check_sum(block, checksum, offset_bytes)
    try:
        number = _number
        mode, uid, gid = number(fields[1]), number(fields[2]), number(fields[3])
        size, mtime = number(fields[4]), number(fields[5])
        # Device numbers must be numbers in any header of these formats, as Go's reader has it.
        is_gnu = magic == b"ustar " and version == b" \0"
        device = (number(fields[13]), number(fields[14])) if is_gnu or magic == b"ustar\0" else (0, 0)
    except ValueError as error:
        raise DamagedTar("A tar header has a field that is not a number", offset_bytes=offset_bytes) from error
    if not 0 <= size <= SIZE_LIMIT_BYTES:
        raise DamagedTar(f"A tar header has an impossible size of {size}", offset_bytes=offset_bytes)
    name = raw_name.partition(b"\0")[0]
    prefix = fields[15]
    if prefix[0] and (magic == b"ustar\0" or (is_gnu and _is_mistaken(prefix))):
        # The star format keeps times behind a shorter prefix and signs the block's end.
        name = (prefix[:131] if fields[16][8:] == b"tar\0" else prefix).partition(b"\0")[0] + b"/" + name
    return Header(name, mode, uid, gid, size, mtime, typeflag, linkname.partition(b"\0")[0], is_gnu, device)


def _is_mistaken(times: bytes) -> bool:
    """Whether a GNU header has a prefix where its times belong, as old engines wrote it; Go's rule to tell (1.8)."""
    try:
        for field in (times[:12], times[12:24]):
            if field[0]:
                parse_number(field)
    except ValueError:
        return times.partition(b"\0")[0].isascii()
    return False


def _number(field: bytes) -> int:
    value = _memo.get(field)
    return parse_number(field) if value is None else value


def parse_number(field: bytes) -> int:
    """An octal or base-256 field, as Go reads it; raises ValueError."""
    if field[0] & 0x80:
        return _base_256(field)
    text = field.strip(b" \0")
    if not text.isdigit():
        text = text.partition(b"\0")[0]
        if text and not text.isdigit():
            raise ValueError("not octal")
    value = int(text, 8) if text else 0
    if len(_memo) < _MEMO_LIMIT:
        _memo[field] = value
    return value


def _base_256(field: bytes) -> int:
    negative = bool(field[0] & 0x40)
    value = int.from_bytes(
        bytes([field[0] | 0x80 if negative else field[0] & 0x7F]) + field[1:], "big", signed=negative
    )
    if not -(1 << 63) <= value < 1 << 63:
        raise ValueError("over 63 bits")
    return value


def _check_sum(block: bytes, field: bytes, offset_bytes: int) -> None:
    # Adler-32's low half is the sum modulo 65521; two halves of 256 bytes stay below that, so the sum is exact.
    total = (zlib.adler32(block[:256]) & 0xFFFF) + (zlib.adler32(block[256:]) & 0xFFFF) - 2
    total += 256 - (zlib.adler32(field) & 0xFFFF) + 1
    try:
        stated = parse_number(field)
    except ValueError as error:
        raise DamagedTar("A tar header has no checksum", offset_bytes=offset_bytes) from error
    if stated != total and stated != total - 256 * sum(byte > 127 for byte in block[:148] + block[156:]):
        raise DamagedTar("A tar header's checksum is wrong", offset_bytes=offset_bytes)
