"""Sparse files in their four encodings: old GNU, and PAX 0.0, 0.1 and 1.0 (GNU tar manual, "Storing Sparse Files")."""

import hashlib
import re
from collections.abc import Callable

from msgspec import Struct

from layerscope.errors import DamagedTar
from layerscope.tar import pax
from layerscope.tar.header import BLOCK_BYTES, SIZE_LIMIT_BYTES, parse_number

MAP_LIMIT_BYTES = 1 << 20
_PAIR_BYTES = 24
_DIGITS = re.compile(rb"[0-9]{1,19}\Z")


class Sparse(Struct, frozen=True):
    """What a sparse file looks like unpacked: its apparent size and a hash of where its data goes."""

    apparent_bytes: int
    map_hash: bytes


def from_old_gnu(block: bytes, size_bytes: int, take: Callable[[], bytes], offset_bytes: int) -> Sparse:
    """Read the map of typeflag S from its header and the extension blocks that follow; raises DamagedTar."""
    pairs = _pairs(block[386:482], offset_bytes)
    more, read_bytes = block[482], 0
    while more:
        extension = take()
        read_bytes += BLOCK_BYTES
        if len(extension) < BLOCK_BYTES or read_bytes > MAP_LIMIT_BYTES:
            raise DamagedTar("A sparse map is too long or ends early", offset_bytes=offset_bytes)
        pairs += _pairs(extension[:504], offset_bytes)
        more = extension[504]
    try:
        apparent_bytes = parse_number(block[483:495])
    except ValueError as error:
        raise DamagedTar("A sparse file's real size is not a number", offset_bytes=offset_bytes) from error
    return _checked(pairs, apparent_bytes, size_bytes, offset_bytes)


def from_pax(
    records: dict[bytes, bytes], size_bytes: int, take: Callable[[], bytes], offset_bytes: int
) -> Sparse | None:
    """Read the map of a PAX sparse file, for 1.0 from the blocks before its data; None if it is not sparse."""
    version = (records.get(b"GNU.sparse.major"), records.get(b"GNU.sparse.minor"))
    if version == (b"1", b"0"):
        numbers, map_bytes = _map_in_data(take, offset_bytes)
        apparent = records.get(b"GNU.sparse.realsize", records.get(b"GNU.sparse.size", b""))
    elif version in ((None, None), (b"0", b"0"), (b"0", b"1")) and b"GNU.sparse.map" in records:
        text = records[b"GNU.sparse.map"]
        numbers = [_number(part, offset_bytes) for part in text.split(b",")] if text else []
        map_bytes, apparent = 0, records.get(b"GNU.sparse.size", records.get(b"GNU.sparse.realsize", b""))
        if _number(records.get(b"GNU.sparse.numblocks", b""), offset_bytes) * 2 != len(numbers):
            raise DamagedTar("A sparse map has not the length it states", offset_bytes=offset_bytes)
    else:
        return None
    if len(numbers) % 2:
        raise DamagedTar("A sparse map has half a pair", offset_bytes=offset_bytes)
    pairs = list(zip(numbers[::2], numbers[1::2], strict=True))
    return _checked(pairs, pax.decimal(apparent, offset_bytes), size_bytes - map_bytes, offset_bytes)


def _map_in_data(take: Callable[[], bytes], offset_bytes: int) -> tuple[list[int], int]:
    """Decimal lines, the first a count of pairs, in whole blocks; returns the numbers and the blocks' bytes."""
    text, lines, read_bytes, wanted = b"", 0, 0, 1
    numbers: list[int] = []
    while lines < wanted:
        block = take()
        read_bytes += BLOCK_BYTES
        if len(block) < BLOCK_BYTES or read_bytes > MAP_LIMIT_BYTES:
            raise DamagedTar("A sparse map is too long or ends early", offset_bytes=offset_bytes)
        *complete, text = (text + block).split(b"\n")
        for line in complete[: wanted - lines] if lines else complete:
            if lines == wanted:
                break
            numbers.append(_number(line, offset_bytes))
            if not lines:
                wanted = 1 + 2 * numbers[0]
            lines += 1
        if len(text) > BLOCK_BYTES:
            raise DamagedTar("A sparse map has an endless line", offset_bytes=offset_bytes)
    return numbers[1:], read_bytes


def _pairs(area: bytes, offset_bytes: int) -> list[tuple[int, int]]:
    pairs = []
    for start in range(0, len(area) - _PAIR_BYTES + 1, _PAIR_BYTES):
        entry = area[start : start + _PAIR_BYTES]
        if not entry[0]:
            break
        try:
            pairs.append((parse_number(entry[:12]), parse_number(entry[12:])))
        except ValueError as error:
            raise DamagedTar("A sparse map has a field that is not a number", offset_bytes=offset_bytes) from error
    return pairs


def _checked(pairs: list[tuple[int, int]], apparent_bytes: int, data_bytes: int, offset_bytes: int) -> Sparse:
    end = total = 0
    for start, length in pairs:
        if start < end or length < 0 or start + length > apparent_bytes:
            raise DamagedTar("A sparse map overlaps or leaves its file", offset_bytes=offset_bytes)
        end, total = start + length, total + length
    if total != data_bytes or not 0 <= apparent_bytes <= SIZE_LIMIT_BYTES:
        raise DamagedTar("A sparse map does not fit the data that is there", offset_bytes=offset_bytes)
    filled = [pair for pair in pairs if pair[1]]
    return Sparse(apparent_bytes, hashlib.blake2b(repr((apparent_bytes, filled)).encode(), digest_size=16).digest())


def _number(text: bytes, offset_bytes: int) -> int:
    if not _DIGITS.match(text):
        raise DamagedTar("A sparse map has a field that is not a number", offset_bytes=offset_bytes)
    return int(text)
