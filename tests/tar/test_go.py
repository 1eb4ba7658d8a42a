"""Damage that Go's archive/tar reports and we do not: none, in twenty thousand damaged tars.

Where both read a tar to its end they read the same entries. What only we refuse is in the table below.
"""

import random
import re

import pytest

from layerscope.errors import DamagedTar
from layerscope.tar.inputs import SeekInput
from tests.tar.blocks import AtRest, members
from tests.tar.go_reader import GoAnswer, read_with_go
from tests.tar.mutants import mutant

MUTANTS = 20_000
# What we refuse and Go's reader reads, with the reason.
STRICTER = {
    "The tar ends after an extended header": "Go drops a header that is of no entry",
    "An extended header has a record of a wrong length": "of type X, which to Go is an entry",
    "A tar header has an impossible size of -N": "a link's, which Go does not look at",
    "An extended header has a size that is not decimal": "Go takes a sign",
    "A tar header has no checksum": "behind an entry of type X",
}


@pytest.fixture(scope="module")
def mutants() -> list[bytes]:
    rng = random.Random(20_251_107)
    return [mutant(rng) for _ in range(MUTANTS)]


@pytest.fixture(scope="module")
def answers(mutants: list[bytes], tmp_path_factory: pytest.TempPathFactory) -> list[GoAnswer]:
    found = read_with_go(mutants, tmp_path_factory.mktemp("go"))
    assert len(found) == len(mutants)
    return found


def ours(tar: bytes) -> tuple[list[bytes], str]:
    """The names that we read, and the problem without its numbers, empty for none."""
    try:
        names = [member.record.name for member in members(SeekInput(AtRest(tar)))]
    except DamagedTar as error:
        return [], re.sub(r"\d+", "N", error.problem.partition(" (at byte")[0])
    return names, ""


def test_no_damage_passes_that_go_reports(mutants: list[bytes], answers: list[GoAnswer]) -> None:
    silent = [
        (number, answer.error)
        for number, (tar, answer) in enumerate(zip(mutants, answers, strict=True))
        if answer.error and not ours(tar)[1]
    ]
    assert silent == []
    assert MUTANTS // 3 < sum(bool(answer.error) for answer in answers) < MUTANTS


def test_both_read_the_same_entries(mutants: list[bytes], answers: list[GoAnswer]) -> None:
    agreed = 0
    stricter: dict[str, int] = {}
    for number, (tar, answer) in enumerate(zip(mutants, answers, strict=True)):
        if answer.error:
            continue
        names, problem = ours(tar)
        if problem:
            stricter[problem] = number
            continue
        same = [name.rstrip(b"/") for name in names] == [name.rstrip(b"/") for name in answer.names]
        # GNU tar and we read Solaris' extended headers, which to Go are entries of an unknown type.
        assert same or any(tar[at + 156 : at + 157] == b"X" for at in range(0, len(tar), 512)), number
        agreed += same
    assert {problem: number for problem, number in stricter.items() if problem not in STRICTER} == {}
    assert agreed > 1_000
