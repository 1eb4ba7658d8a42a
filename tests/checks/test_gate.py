"""A gate's verdict, its levels, and how long a pull takes."""

import pytest

from layerscope.checks.check import Check, Status, Unit, amount_text
from layerscope.checks.gate import Gate, Level


def check(status: Status) -> Check:
    return Check("max-stored", Unit.BYTES, 5, 6, status, "The image has more.")


@pytest.mark.parametrize(
    ("statuses", "has_failed"),
    [((), False), ((Status.PASSED, Status.SKIPPED), False), ((Status.PASSED, Status.FAILED), True)],
)
def test_a_gate_fails_with_one_failed_check(statuses: tuple[Status, ...], has_failed: bool) -> None:
    assert Gate(tuple(check(status) for status in statuses)).has_failed is has_failed


def test_a_finding_without_a_level_is_a_warning() -> None:
    gate = Gate(levels={"pip-cache": Level.ERROR})
    assert (gate.level("pip-cache"), gate.level("apt-lists")) == (Level.ERROR, Level.WARN)


def test_pull_time_is_bits_by_bits_per_second() -> None:
    assert Gate(bandwidth_bits_per_second=8_000).pull_seconds(2_500) == 2.5
    assert Gate().pull_seconds(125_000_000) == 1
    assert Gate().pull_seconds(None) is None


@pytest.mark.parametrize(
    ("amount", "unit", "text"),
    [
        (5_000_000_000, Unit.BYTES, "5.0 GB"),
        (-1_234, Unit.BYTES, "-1.2 kB"),
        (200, Unit.SECONDS, "3 min 20 s"),
        (12.345, Unit.PERCENT, "12.3 %"),
        (3, Unit.COUNT, "3"),
        ("runtime\x1b", Unit.NAME, "runtime\\x1b"),
        (None, Unit.BYTES, "-"),
    ],
)
def test_amounts_for_people(amount: float | str | None, unit: Unit, text: str) -> None:
    assert amount_text(amount, unit) == text
