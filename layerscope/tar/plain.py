"""Many plain headers at once: the fast path of a walk that may jump over contents.

Most records of most layers are files, directories and links whose one header says everything. Their blocks are
gathered and decoded in columns. Whatever is not as plain as that (extended headers, other types, numbers in base 256,
a wrong checksum, the end) is left to the walk, which decides what it means.
"""

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from layerscope.tar.header import BLOCK_BYTES, parse_number
from layerscope.tar.inputs import SeekInput

BATCH_RECORDS = 4_096
SHORT_BYTES = 1 << 14
"""Contents up to this size are marked by their ends."""
_END_BYTES = 8
_NEAR_BYTES, _FAR_BYTES = 1 << 16, 1 << 12
_ENDS_OF_NUMBERS = frozenset(b"\0 ")
_NO_ENDS = bytes(2 * _END_BYTES)
_PLAIN_TYPES = frozenset(b"\x000125")
_HEADER_ONLY = frozenset(b"125")
_NUMBERS = {
    "mode": (100, 108),
    "uid": (108, 116),
    "gid": (116, 124),
    "size": (124, 136),
    "mtime": (136, 148),
    "checksum": (148, 156),
}
_NUMBERS_START, _NUMBERS_END = 100, 156
# Where numbers end as a rule, counted from there: a checksum has two such places.
_ENDS = [*(end - 1 - _NUMBERS_START for _, end in _NUMBERS.values()), _NUMBERS_END - 2 - _NUMBERS_START]
_DEVICES = ((329, 337), (337, 345))
_Block = NDArray[np.uint8]


def _weigh_digits() -> NDArray[np.float64]:
    """What each place of the numeric fields adds to each of the numbers."""
    weights = np.zeros((_NUMBERS_END - _NUMBERS_START, len(_NUMBERS)))
    for number, (start, end) in enumerate(_NUMBERS.values()):
        places = [place for place in range(start - _NUMBERS_START, end - _NUMBERS_START) if place not in _ENDS]
        weights[places, number] = 8.0 ** np.arange(len(places) - 1, -1, -1)
    return weights


_WEIGHTS = _weigh_digits()
_HIGHEST_DIGITS = np.where(_WEIGHTS.any(axis=1), 7, 0xFF).astype(np.uint8)


class PlainRecords(Struct, frozen=True, eq=False):
    """Records in order, as columns; `end` is where the next header begins.

    `content_marks` differ only where contents differ: they are made of the first and last bytes of short contents, and
    0 where nothing was looked at.
    """

    names: list[bytes]
    typeflags: NDArray[np.uint8]
    sizes: NDArray[np.int64]
    modes: NDArray[np.int64]
    uids: NDArray[np.int64]
    gids: NDArray[np.int64]
    mtimes_seconds: NDArray[np.int64]
    linknames: list[bytes]
    content_starts: NDArray[np.int64]
    content_marks: NDArray[np.uint64]
    end: int


def read_plain(source: SeekInput) -> PlainRecords | None:
    """The plain records from the input's position on, at most a batch; None if the next one is not plain."""
    headers, starts, ends, next_start = _gather(source)
    if not starts:
        return None
    blocks = np.frombuffer(headers, dtype=np.uint8).reshape(-1, BLOCK_BYTES)
    numbers, is_plain = _decode_numbers(blocks)
    is_plain &= _names_are_plain(blocks)
    count = len(starts) if is_plain.all() else int(np.argmin(is_plain))
    if not count:
        return None
    blocks, header_starts = blocks[:count], np.array(starts[:count], dtype=np.int64)
    sizes = np.where(np.isin(blocks[:, 156], list(_HEADER_ONLY)), 0, numbers["size"][:count])
    return PlainRecords(
        _names(blocks),
        blocks[:, 156],
        sizes,
        numbers["mode"][:count] & 0o7777,
        numbers["uid"][:count],
        numbers["gid"][:count],
        numbers["mtime"][:count],
        _texts(blocks, 157, 257),
        header_starts + BLOCK_BYTES,
        np.where((sizes > 0) & (sizes <= SHORT_BYTES), _mix(ends, count), np.uint64(0)),
        next_start if count == len(starts) else starts[count],
    )


def _gather(source: SeekInput) -> tuple[bytearray, list[int], bytearray, int]:
    """Header blocks, their positions, first and last bytes of short contents, and where the next header is.

    Goes on as long as type and size are plain and contents lie within the input.
    """
    headers, ends = bytearray(), bytearray()
    starts: list[int] = []
    size_bytes = source.size_bytes
    # `at` is where the next header begins in the window.
    window, window_start, at = source.window(source.position, _NEAR_BYTES), source.position, 0
    # This loop runs once for each entry of an image, so it calls little.
    while len(starts) < BATCH_RECORDS:
        if at + BLOCK_BYTES > len(window):
            # What goes on at the window's end are small files; behind a long content often comes another one.
            window_start, ahead_bytes = window_start + at, _FAR_BYTES if at > len(window) else _NEAR_BYTES
            window, at = source.window(window_start, ahead_bytes), 0
            if len(window) < BLOCK_BYTES:
                break
        typeflag = window[at + 156]
        if typeflag not in _PLAIN_TYPES or not window[at]:
            break
        digits = window[at + 124 : at + 135]
        is_usual = digits.isdigit() and window[at + 135] in _ENDS_OF_NUMBERS
        try:
            size = int(digits, 8) if is_usual else parse_number(window[at + 124 : at + 136])
        except ValueError:
            break
        if size > 0 and typeflag in _HEADER_ONLY:
            size = 0
        last = at + BLOCK_BYTES + size
        if size < 0 or window_start + last > size_bytes:
            break
        if not 0 < size <= SHORT_BYTES:
            ends += _NO_ENDS
        else:
            if last > len(window):
                window_start, window = window_start + at, source.window(window_start + at, _NEAR_BYTES)
                at, last = 0, BLOCK_BYTES + size
            first = at + BLOCK_BYTES
            head = window[first : first + min(size, _END_BYTES)]
            # Of what is too short to have two ends, the only one is made as long as two.
            ends += head + window[last - _END_BYTES : last] if size >= _END_BYTES else head.ljust(len(_NO_ENDS), b"\0")
        headers += window[at : at + BLOCK_BYTES]
        starts.append(window_start + at)
        at = last + (-size % BLOCK_BYTES)
    return headers, starts, ends, min(window_start + at, size_bytes)


def _mix(ends: bytearray, count: int) -> NDArray[np.uint64]:
    """One number for both ends of a content; it differs only where they do."""
    pairs = np.frombuffer(ends, dtype="<u8").reshape(-1, 2)[:count]
    return pairs[:, 0] * np.uint64(0x9E3779B97F4A7C15) ^ (pairs[:, 1] + np.uint64(1)) * np.uint64(0xC2B2AE3D27D4EB4F)


def _decode_numbers(blocks: _Block) -> tuple[dict[str, NDArray[np.int64]], NDArray[np.bool_]]:
    """The numeric fields, and in which rows all of them and the checksum are right."""
    numbers = _usual_numbers(blocks)
    if numbers is not None:
        is_right = np.ones(len(blocks), dtype=np.bool_)
    else:
        decoded = {name: _octal(blocks[:, start:end]) for name, (start, end) in _NUMBERS.items()}
        numbers = {name: values for name, (values, _) in decoded.items()}
        is_right = np.logical_and.reduce([is_number for _, is_number in decoded.values()])
    is_right &= numbers["checksum"] == _checksums(blocks)
    is_ustar = (blocks[:, 257:262] == np.frombuffer(b"ustar", np.uint8)).all(axis=1)
    for start, end in _DEVICES:
        if blocks[:, start:end].any():
            is_right &= _octal(blocks[:, start:end])[1] | ~is_ustar
    return numbers, is_right


def _usual_numbers(blocks: _Block) -> dict[str, NDArray[np.int64]] | None:
    """The numeric fields where all are as nearly all writers have them: digits, and then nothing but NULs or spaces."""
    digits = blocks[:, _NUMBERS_START:_NUMBERS_END] ^ np.uint8(0x30)
    ends = digits[:, _ENDS]
    if not (digits <= _HIGHEST_DIGITS).all() or not ((ends == 0x30) | (ends == 0x10)).all():
        return None
    values = (digits @ _WEIGHTS).astype(np.int64)
    return {name: values[:, column] for column, name in enumerate(_NUMBERS)}


def _checksums(blocks: _Block) -> NDArray[np.int64]:
    """The sum of each block's bytes, its checksum field taken as spaces."""
    # Sums in 32 bits are several times as fast as in 64, and hold 512 bytes with ease.
    total = blocks.sum(axis=1, dtype=np.uint32) - blocks[:, 148:156].sum(axis=1, dtype=np.uint32) + np.uint32(8 * 0x20)
    sums: NDArray[np.int64] = total.astype(np.int64)
    return sums


def _octal(fields: _Block) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Values of octal fields padded with spaces or NULs, and in which rows they are no more than that."""
    digits = fields ^ np.uint8(0x30)
    is_digit = digits < 8
    count = fields.shape[1] - 1
    if is_digit[:, :-1].all() and ((fields[:, -1] == 0) | (fields[:, -1] == 0x20)).all():
        # What nearly all writers do: every place a digit but the last.
        weights = 8.0 ** np.arange(count - 1, -1, -1)
        return (digits[:, :-1] @ weights).astype(np.int64), np.ones(len(fields), dtype=np.bool_)
    is_right = (is_digit | (fields == 0x20) | (fields == 0)).all(axis=1)
    begins = is_digit[:, 0].astype(np.int64) + (is_digit[:, 1:] & ~is_digit[:, :-1]).sum(axis=1)
    value = np.zeros(len(fields), dtype=np.int64)
    for column in range(fields.shape[1]):
        value = np.where(is_digit[:, column], value * 8 + digits[:, column], value)
    return value, is_right & (begins <= 1)


def _names_are_plain(blocks: _Block) -> NDArray[np.bool_]:
    """Names and targets without anything behind a NUL, no file that a slash makes a directory, no star prefix."""
    plain = np.ones(len(blocks), dtype=np.bool_)
    for start, end in ((0, 100), (157, 257), (345, 500)):
        field = blocks[:, start:end]
        if start and not field.any():
            continue
        is_nul = field == 0
        # Behind the first NUL come NULs only. Where the format has no prefix, that area holds times, or nothing.
        plain &= ~(is_nul[:, :-1] & ~is_nul[:, 1:]).any(axis=1)
        if start == 0:
            lengths = np.count_nonzero(field, axis=1)
            is_directory = np.isin(blocks[:, 156], (0, 0x30)) & (field[np.arange(len(field)), lengths - 1] == 0x2F)
            plain &= ~is_directory
    is_ustar = (blocks[:, 257:263] == np.frombuffer(b"ustar\0", np.uint8)).all(axis=1)
    is_star = (blocks[:, 508:512] == np.frombuffer(b"tar\0", np.uint8)).all(axis=1)
    plain &= ~is_star & (is_ustar | (blocks[:, 345] == 0))
    return plain


def _names(blocks: _Block) -> list[bytes]:
    names = _texts(blocks, 0, 100)
    for row in np.flatnonzero(blocks[:, 345]).tolist():
        names[row] = blocks[row, 345:500].tobytes().rstrip(b"\0") + b"/" + names[row]
    return names


def _texts(blocks: _Block, start: int, end: int) -> list[bytes]:
    """A text field of each row; numpy's byte strings end before trailing NULs."""
    texts: list[bytes] = np.ascontiguousarray(blocks[:, start:end]).view(f"S{end - start}").ravel().tolist()
    return texts
