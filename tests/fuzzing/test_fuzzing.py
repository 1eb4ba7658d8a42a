"""A bounded run of the fuzzer, and every input that it once found again."""

from pathlib import Path

import pytest

from tests.fuzzing.run import CORPUS, fuzz, problem_of
from tests.fuzzing.seeds import INNER
from tests.fuzzing.targets import TARGETS

CASES = 1_500


def kept() -> list[Path]:
    """The corpus: `<target>-<what it is about>.bin`."""
    return sorted(CORPUS.glob("*.bin"))


def test_mutated_inputs() -> None:
    assert list(fuzz(CASES, seed=2024)) == []


@pytest.mark.parametrize("path", kept(), ids=lambda path: path.stem)
def test_inputs_of_the_corpus(path: Path) -> None:
    assert problem_of(path.name.partition("-")[0], path.read_bytes()) is None


def test_the_fuzzer_sees_what_goes_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    def read_nothing(_content: bytes) -> None:
        raise KeyError("nothing")

    share, make, _ = TARGETS["tar"]
    monkeypatch.setitem(TARGETS, "tar", (share, make, read_nothing))
    faults = list(fuzz(40))
    assert {fault.target for fault in faults} == {"tar"}
    assert "KeyError" in faults[0].problem


def test_every_probe_has_a_file_to_begin_with() -> None:
    from layerscope.layers.probe import ProbeSet
    from layerscope.probes import PROBES

    probes = ProbeSet(PROBES)
    asked = {probe.id for path in INNER if (probe := probes.wanting(path.encode(), 0o755)) is not None}
    assert {probe.id for probe in PROBES} - asked == set()
