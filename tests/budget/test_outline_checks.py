"""Limits against quick looks: what is known decides, and what is not is skipped and never passed."""

from typing import Any

import pytest

from layerscope.budget.figures import Figures
from layerscope.budget.outline_checks import judge_outline
from layerscope.checks.check import Check, Status
from layerscope.checks.gate import Level
from layerscope.outline.outline import Outline
from layerscope.settings.budget import Budget, DiveRules, FindingLimit, Growth
from layerscope.settings.settings import Settings
from tests.outline.images import HALF, OLD, STORED, outline_of, partly_layers, whole_layers


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Outline:
    return outline_of(tmp_path_factory.mktemp("whole") / "image", whole_layers())


@pytest.fixture(scope="module")
def partly(tmp_path_factory: pytest.TempPathFactory) -> Outline:
    return outline_of(tmp_path_factory.mktemp("partly") / "image", partly_layers())


@pytest.fixture(scope="module")
def unlisted(tmp_path_factory: pytest.TempPathFactory) -> Outline:
    return outline_of(tmp_path_factory.mktemp("unlisted") / "image", partly_layers()[2:])


def checks(outline: Outline, before: Figures | str = "none", /, strict: bool = False, **limits: Any) -> list[Check]:
    return list(judge_outline(outline, Settings(budget=Budget(**limits), is_strict=strict), before).gate.checks)


def outcome(outline: Outline, before: Figures | str = "none", /, **limits: Any) -> tuple[str, Any, Status]:
    [check] = checks(outline, before, **limits)
    return check.id, check.actual, check.status


SIZES = [
    ("stored", "stored_bytes", STORED),
    ("superseded", "superseded_bytes", OLD),
    ("duplicate", "duplicate_bytes", HALF),
]


@pytest.mark.parametrize(("name", "limit", "actual"), SIZES)
def test_sizes_of_what_is_listed_as_a_whole(whole: Outline, name: str, limit: str, actual: int) -> None:
    assert outcome(whole, **{limit: actual}) == (name, actual, Status.PASSED)
    assert outcome(whole, **{limit: actual - 1}) == (name, actual, Status.FAILED)


@pytest.mark.parametrize("limit", ["superseded_bytes", "duplicate_bytes"])
def test_sizes_that_another_layer_may_change_are_skipped(partly: Outline, unlisted: Outline, limit: str) -> None:
    for outline in (partly, unlisted):
        assert outcome(outline, **{limit: 0})[1:] == (None, Status.SKIPPED)


def test_listed_layers_may_be_too_much_by_themselves(partly: Outline, unlisted: Outline) -> None:
    assert outcome(partly, stored_bytes=STORED - 1) == ("stored", STORED, Status.FAILED)
    assert outcome(partly, stored_bytes=STORED) == ("stored", STORED, Status.SKIPPED)
    assert outcome(unlisted, stored_bytes=0) == ("stored", None, Status.SKIPPED)


def test_transfer_is_known_without_tables(unlisted: Outline) -> None:
    blob_bytes = sum(item.blob_bytes or 0 for item in unlisted.layers)
    assert blob_bytes > 0
    assert outcome(unlisted, transfer_bytes=blob_bytes) == ("transfer", blob_bytes, Status.PASSED)
    assert outcome(unlisted, transfer_bytes=blob_bytes - 1) == ("transfer", blob_bytes, Status.FAILED)
    assert outcome(unlisted, pull_seconds=1)[2] is Status.PASSED
    assert outcome(unlisted, pull_seconds=0)[2] is Status.FAILED


def test_growth(whole: Outline, partly: Outline) -> None:
    before = Figures("old", STORED - 100, 0, 0, 10)
    growth = {"growth_stored": Growth(more_bytes=99), "growth_floor_bytes": 0}
    assert outcome(whole, before, **growth) == ("growth:stored", 100, Status.FAILED)
    assert outcome(whole, before, **growth | {"growth_stored": Growth(more_bytes=100)})[2] is Status.PASSED
    assert outcome(partly, before, **growth)[1:] == (None, Status.SKIPPED)
    assert outcome(whole, "There is no baseline.", **growth)[1:] == (None, Status.SKIPPED)


def test_what_only_contents_tell_is_skipped(whole: Outline) -> None:
    limits: dict[str, Any] = {
        "reclaimable_bytes": 10**12,
        "variants": ("base",),
        "categories": {"pip-cache": 10**12},
        "findings": {"pip-cache": FindingLimit(Level.ERROR), "apt-lists": FindingLimit(Level.ERROR, 10**12)},
    }
    found = checks(whole, **limits)
    assert {check.id for check in found} == {
        "reclaimable",
        "variant",
        "category:pip-cache",
        "finding:pip-cache",
        "finding:apt-lists",
    }
    assert {(check.status, check.actual) for check in found} == {(Status.SKIPPED, None)}
    assert {check.status for check in checks(whole, strict=True, **limits)} == {Status.FAILED}


def test_forbidden_paths(whole: Outline, partly: Outline, unlisted: Outline) -> None:
    assert outcome(whole, forbidden=("/opt/a",))[2] is Status.FAILED
    assert outcome(whole, forbidden=("/plain",))[2] is Status.PASSED
    assert outcome(partly, forbidden=("/opt/a",))[2] is Status.FAILED
    assert outcome(partly, forbidden=("/plain",))[2] is Status.SKIPPED
    assert outcome(unlisted, forbidden=("/opt/a",))[1:] == (None, Status.SKIPPED)


def test_rules_of_dive(whole: Outline, partly: Outline) -> None:
    rules = DiveRules(0.9, OLD, 0.5)
    assert {check.id: check.status for check in checks(whole, dive=rules)} == {
        "dive:lowestEfficiency": Status.PASSED,
        "dive:highestWastedBytes": Status.PASSED,
        "dive:highestUserWastedPercent": Status.PASSED,
    }
    assert {(check.id, check.status, check.actual) for check in checks(partly, dive=rules)} == {
        ("dive:lowestEfficiency", Status.SKIPPED, None),
        ("dive:highestWastedBytes", Status.SKIPPED, None),
        ("dive:highestUserWastedPercent", Status.SKIPPED, None),
    }
    assert checks(partly, dive=DiveRules(None, None, None)) == []


def test_nothing_is_asked(whole: Outline) -> None:
    assert checks(whole) == []
