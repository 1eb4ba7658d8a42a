"""Findings in words, for the formats of pipelines."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from layerscope.checks.gate import Gate, Level
from layerscope.findings.finding import Finding
from layerscope.report.finding_text import failed_checks, message, place_in_image, saving, worst_first
from tests.images import file
from tests.report.gates import FAILED, OF_FINDING, gated
from tests.report.images import analysis_of

CACHE = file("root/.cache/pip/http/x", b"p" * 300_000)


@pytest.fixture
def cache(tmp_path: Path) -> Finding:
    return next(item for item in analysis_of(tmp_path, [CACHE]).findings if item.rule.id == "pip-cache")


@pytest.mark.parametrize(
    ("layers", "who", "text"),
    [
        ((), "image", ""),
        ((3,), "image", "in layer 3"),
        ((3, 5), "image", "in layers 3 and 5"),
        ((0, 1, 2), "base", "in layers 0, 1 and 2 of the base image"),
        (tuple(range(7)), "image", "in 7 layers"),
    ],
)
def test_layers_in_words(cache: Finding, layers: tuple[int, ...], who: str, text: str) -> None:
    assert place_in_image(replace(cache, layers=layers, who_can_fix="base" if who == "base" else "image")) == text


def test_what_can_go(cache: Finding) -> None:
    assert saving(cache) == "300.0 kB can go, in layer 0"
    assert saving(replace(cache, layers=())) == "300.0 kB can go"
    assert saving(replace(cache, reclaimable_bytes=0)) == "In layer 0"
    assert saving(replace(cache, reclaimable_bytes=0, layers=())) == ""


def test_sentences_end_once(cache: Finding) -> None:
    told = message(replace(cache, subject="a\nb", fix="Do this.", reclaimable_bytes=0, layers=()))
    assert told == "pip's cache is in the image: a\\x0ab. Do this."


def test_errors_come_before_what_saves_more_and_the_list_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    analysis = replace(analysis_of(tmp_path, [CACHE]), gate=Gate(levels={"root-user": Level.ERROR}))
    ids = [finding.rule.id for finding in analysis.findings]
    assert [finding.rule.id for finding in worst_first(analysis)] == [
        "root-user",
        *(rule for rule in ids if rule != "root-user"),
    ]
    monkeypatch.setattr("layerscope.report.finding_text._LIMIT", 1)
    assert [finding.rule.id for finding in worst_first(analysis)] == ["root-user"]


def test_a_check_about_a_finding_that_is_there_is_not_told_twice(tmp_path: Path) -> None:
    analysis = gated(analysis_of(tmp_path, [CACHE]))
    assert failed_checks(analysis) == [FAILED]
    assert failed_checks(replace(analysis, findings=())) == [FAILED, OF_FINDING]
