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
from tests.tar.blocks import names
from tests.tar.mutants import mutant

MUTANTS = 3_000
SECONDS = 1.0
# What GNU tar accepts in silence and we refuse, with the reason; Go's archive/tar refuses all of these too, but for
# the last.
STRICTER = {
    "A directory of the oldest format has contents": "GNU tar passes over them, Go takes them for headers",
    "Two kinds of extended headers stand before one record": "GNU tar takes the second, to Go that is an entry",
    "The tar ends within a block": "GNU tar drops a last block that is not whole",
    "A sparse file of GNU tar has a header of another format": "GNU tar looks at the type alone",
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
