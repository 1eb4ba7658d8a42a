"""Small tars with a few things wrong, made by rules that know the format."""

import random

from tests.tar.blocks import END, FIELDS, GNU, header, long_name, member, octal, pax, pax_of, pax_record

TYPEFLAGS = [bytes([byte]) for byte in b"0\x0012345670LKxgXSDMNVAZ"]


def entries() -> list[bytes]:
    """Return an entry of every sort with its extended headers."""
    values = {"GNU__sparse__numblocks": b"1", "GNU__sparse__map": b"0,512", "GNU__sparse__name": b"s"}
    old_map = {"typeflag": b"S", "sparse": octal(0) + octal(512), "real_size": octal(9999), **GNU}
    return [
        header(b"d/", typeflag=b"5"),
        member(b"d/a", b"a" * 700),
        header(b"l", typeflag=b"2", linkname=b"d/a"),
        header(b"h", typeflag=b"1", linkname=b"d/a"),
        pax_of(path=b"p" * 150, mtime=b"1.5", size=b"3") + member(b"p", b"abc"),
        long_name(b"q" * 150) + member(b"q", b"x" * 512, **GNU),
        header(b"dev", typeflag=b"3", major=b"0000001\0", minor=b"0000003\0"),
        pax_of(GNU__sparse__size=b"9999", **values) + member(b"GNUSparseFile.1/s", b"d" * 512),
        member(b"os", b"d" * 512, **old_map),
        pax(pax_record(b"comment", b"c"), typeflag=b"g") + member(b"g"),
    ]


def mutant(rng: random.Random) -> bytes:
    """Return some entries with a few things wrong."""
    parts = [part for part in entries() if rng.random() < 0.5] or entries()[:1]
    rng.shuffle(parts)
    return with_wrongs(b"".join(parts) + (END if rng.random() < 0.8 else b""), rng)


def with_wrongs(content: bytes, rng: random.Random) -> bytes:
    """Return a tar with a few things wrong."""
    tar = bytearray(content)
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        rng.choice(WRONGS)(tar, rng)
        tar = tar or bytearray(END)
    return bytes(tar)


def flip_a_bit(tar: bytearray, rng: random.Random) -> None:
    tar[rng.randrange(len(tar))] ^= 1 << rng.randrange(8)


def cut(tar: bytearray, rng: random.Random) -> None:
    del tar[rng.randrange(len(tar)) :]


def drop_a_block(tar: bytearray, rng: random.Random) -> None:
    at = block(tar, rng)
    del tar[at : at + 512]


def repeat_a_block(tar: bytearray, rng: random.Random) -> None:
    at = block(tar, rng)
    tar[at:at] = tar[at : at + 512]


def insert_zeros(tar: bytearray, rng: random.Random) -> None:
    at = block(tar, rng)
    tar[at:at] = bytes(512)


def change_a_byte(tar: bytearray, rng: random.Random) -> None:
    at = rng.randrange(len(tar))
    tar[at : at + 1] = rng.choice([b"", b"-", b"9", b"\0", b"\n", b" "])


def change_a_field(tar: bytearray, rng: random.Random) -> None:
    at, (start, length) = block(tar, rng), rng.choice(list(FIELDS.values()))
    if at + 512 <= len(tar):
        junk = [bytes(length), b"9" * length, b"7" * length, b" " * length, b"\xff" * length, rng.randbytes(length)]
        junk.append((b"\x80" + bytes(length))[: length - 1] + rng.randbytes(1))
        tar[at + start : at + start + length] = rng.choice(junk)
        seal(tar, at)


def change_the_type(tar: bytearray, rng: random.Random) -> None:
    at = block(tar, rng)
    if at + 512 <= len(tar):
        tar[at + 156 : at + 157] = rng.choice(TYPEFLAGS)
        seal(tar, at)


def block(tar: bytearray, rng: random.Random) -> int:
    return rng.randrange(max(1, len(tar) // 512)) * 512


def seal(tar: bytearray, at: int) -> None:
    """Make the checksum right again, so that the reader gets past it."""
    tar[at + 148 : at + 156] = b" " * 8
    tar[at + 148 : at + 156] = b"%06o\0 " % sum(tar[at : at + 512])


WRONGS = (
    flip_a_bit,
    cut,
    drop_a_block,
    repeat_a_block,
    insert_zeros,
    change_a_byte,
    change_a_field,
    change_a_field,
    change_the_type,
)
