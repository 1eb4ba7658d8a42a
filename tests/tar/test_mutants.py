"""Thousands of damaged small tars: only our own errors, never slow, and the names that GNU tar lists.

GNU tar is the oracle where it accepts an archive without a word; its table of disagreements is below. (tarfile is
none: it ends in silence at a header that is damaged.)
"""

import os
import random
import re
import shutil
import subprocess
import time

import pytest

from layerscope.errors import DamagedTar
from tests.tar.blocks import END, FIELDS, GNU, header, long_name, member, names, octal, pax, pax_of, pax_record

MUTANTS = 3_000
SECONDS = 1.0
TYPEFLAGS = [bytes([byte]) for byte in b"0\x0012345670LKxgXSDMNVAZ"]
# What GNU tar accepts in silence and we refuse, with the reason; Go's archive/tar refuses all of these too, but for
# the last.
STRICTER = {
    "The tar ends within a header": "GNU tar drops a last block that is not whole",
    "A tar header has a field that is not a number": "GNU tar reads device numbers of devices only",
    "An extended header has a record that is not KEY=VALUE": "GNU tar takes NULs in names, and empty keys",
    "An extended header has a record of a wrong length": "GNU tar stops at a NUL behind the records",
    "An extended header has an owner that is not a number": "GNU tar does not look at what it overwrites",
    "An extended header has a size that is not decimal": "GNU tar does not look at what it overwrites",
    "A tar header has an impossible size of -N": "GNU tar reads no size of a link",
    "A tar header has an impossible size of N": "GNU tar reads no size of a link",
    "An extended header has a time that is not a number": "GNU tar does not look at what it overwrites",
    "A tar header's checksum is wrong": "a link's or a directory's size: GNU tar passes over contents, Go has none",
    "A tar header has no checksum": "the same, and the contents happen to be no number there",
    "A block of zeros stands between records": "GNU tar stops at a zero block",
    "A sparse map does not fit the data that is there": "GNU tar finds out only when it unpacks",
    "A sparse map overlaps or leaves its file": "GNU tar finds out only when it unpacks",
    "A sparse map has a field that is not a number": "GNU tar finds out only when it unpacks",
    "An extended header has N bytes": "GNU tar has no limit",
    "The tar ends after an extended header": "GNU tar drops a header that is of no entry",
}


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
    tar = bytearray(b"".join(parts) + (END if rng.random() < 0.8 else b""))
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


def listed_by_gnu_tar(tar: bytes) -> bytes | None:
    """Return the names that GNU tar lists, None where it says anything."""
    command = ["tar", "-tf", "-", "--quoting-style=literal"]
    done = subprocess.run(command, input=tar, capture_output=True, check=False, env=os.environ | {"LC_ALL": "C"})
    return done.stdout if done.returncode == 0 and not done.stderr else None


def differs_as_go_does(ours: bytes, theirs: bytes) -> bool:
    """Say whether one name differs for a known reason; Go's archive/tar reads these as we do.

    A long name without NUL: GNU tar reads on to the next one. A long name and a PAX path for one entry: GNU tar takes
    the latter.
    """
    return theirs.startswith(ours) or theirs == b"p" * 150


def without_slashes(listed: bytes) -> list[bytes]:
    return [name.rstrip(b"/") for name in listed.split(b"\n")]


@pytest.fixture(scope="module")
def mutants() -> list[bytes]:
    """Return the same mutants on every machine."""
    rng = random.Random(20_240_229)
    return [mutant(rng) for _ in range(MUTANTS)]


def names_or_problem(tar: bytes) -> tuple[list[bytes], str | None]:
    """Return what we list, or the problem without its numbers."""
    try:
        return names(tar), None
    except DamagedTar as error:
        within = 0 <= error.offset_bytes <= len(tar)
        return [], re.sub(r"\d+", "N", error.problem.partition(" (at byte")[0]) if within else "offset out of range"


def test_only_our_errors_and_never_slow(mutants: list[bytes]) -> None:
    refused = 0
    for number, tar in enumerate(mutants):
        start = time.perf_counter()
        problem = names_or_problem(tar)[1]
        assert time.perf_counter() - start < SECONDS, number
        assert problem != "offset out of range", number
        refused += problem is not None
    assert MUTANTS // 2 < refused < MUTANTS


def test_what_gnu_tar_accepts(mutants: list[bytes]) -> None:
    if shutil.which("tar") is None or b"GNU" not in subprocess.check_output(["tar", "--version"]):
        pytest.skip("no GNU tar")
    agreed = 0
    for number, tar in enumerate(mutants[: MUTANTS // 2]):
        listed = listed_by_gnu_tar(tar)
        if listed is None:
            continue
        ours, problem = names_or_problem(tar)
        if problem is not None:
            assert problem in STRICTER, number
            continue
        mine = without_slashes(b"".join(name + b"\n" for name in ours))
        pairs = list(zip(mine, without_slashes(listed), strict=True))
        agreed += all(ours == theirs for ours, theirs in pairs)
        assert all(ours == theirs or differs_as_go_does(ours, theirs) for ours, theirs in pairs), number
    assert agreed > 100
