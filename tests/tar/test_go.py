"""Damage that Go's archive/tar reports and we do not: none, in twenty thousand damaged tars.

Where both read a tar to its end they read the same entries. `python -m tests.fuzzing.against_go` asks about more.
"""

import random
from pathlib import Path

from tests.fuzzing.run import CORPUS
from tests.tar.go_agreement import disagreement, read
from tests.tar.go_reader import build_go_reader, read_with_go
from tests.tar.mutants import mutant

MUTANTS = 20_000


def test_no_damage_passes_that_go_reports(tmp_path: Path) -> None:
    rng = random.Random(20_251_107)
    mutants = [mutant(rng) for _ in range(MUTANTS)]
    answers = read_with_go(mutants, build_go_reader(tmp_path))
    pairs = list(zip(mutants, answers, strict=True))
    problems = ((number, disagreement(*pair)) for number, pair in enumerate(pairs))
    assert [(number, problem) for number, problem in problems if problem] == []
    assert MUTANTS // 3 < sum(bool(answer.error) for answer in answers) < MUTANTS
    whole = [tar for tar, answer in pairs if answer.names and not answer.error]
    assert sum(bool(read(tar)[0]) for tar in whole) > 1_000


def test_what_was_read_differently_once(tmp_path: Path) -> None:
    kept = [path.read_bytes() for path in sorted(CORPUS.glob("tar-go-*.bin"))]
    answers = read_with_go(kept, build_go_reader(tmp_path))
    assert [disagreement(*pair) for pair in zip(kept, answers, strict=True)] == [None] * len(kept)
    assert len(kept) >= 5
