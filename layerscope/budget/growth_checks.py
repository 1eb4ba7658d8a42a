"""Checks against an earlier image."""

from collections.abc import Iterator

from layerscope.analysis import Analysis
from layerscope.budget.figures import Figures
from layerscope.budget.limit import Limit
from layerscope.budget.size_checks import largest_savings
from layerscope.checks.check import Check, Status, Unit
from layerscope.settings.budget import Budget, Growth
from layerscope.units import safe_text


def check_growth(analysis: Analysis, budget: Budget, before: Figures | str) -> Iterator[Check]:
    """Whether the image grew too much; `before` may be the reason why nothing is known of the earlier one."""
    for name, growth, now_bytes in (
        ("stored", budget.growth_stored, analysis.index.stored_bytes),
        ("transfer", budget.growth_transfer, analysis.transfer_bytes),
    ):
        if growth is not None:
            yield _check(analysis, name, growth, now_bytes, before, floor_bytes=budget.growth_floor_bytes)


def _check(
    analysis: Analysis,
    name: str,
    growth: Growth,
    now_bytes: int | None,
    before: Figures | str,
    *,
    floor_bytes: int,
) -> Check:
    if isinstance(before, str):
        return Check(f"growth:{name}", *_unknown_limit(growth), None, Status.SKIPPED, before)
    before_bytes = before.stored_bytes if name == "stored" else before.transfer_bytes
    if before_bytes is None:
        reason = "What a pull fetched is not known of the baseline."
        return Check(f"growth:{name}", *_unknown_limit(growth), None, Status.SKIPPED, reason)
    limit = Limit(
        f"growth:{name}",
        f"Since {safe_text(before.reference)} came",
        Unit.BYTES,
        growth.allowed_bytes(before_bytes, floor_bytes),
    )
    return limit.check(
        None if now_bytes is None else now_bytes - before_bytes,
        fix=largest_savings(analysis),
        is_complete=analysis.is_complete,
        unknown="What a pull fetches is not known of this source.",
    )


def _unknown_limit(growth: Growth) -> tuple[Unit, float]:
    """The limit as it was written: nobody knows what a share of an unknown size is."""
    if growth.more_bytes is not None:
        return Unit.BYTES, growth.more_bytes
    return Unit.PERCENT, growth.percent or 0
