"""Checks against an earlier image."""

from collections.abc import Iterator, Mapping

from layerscope.analysis import Analysis
from layerscope.budget.figures import Figures
from layerscope.budget.limit import Limit
from layerscope.budget.size_checks import largest_savings
from layerscope.checks.check import Check, Status, Unit
from layerscope.settings.budget import Budget, Growth
from layerscope.units import safe_text

_UNKNOWN = {
    "stored": "What all layers hold is not known.",
    "transfer": "What a pull fetches is not known of this source.",
}


def check_growth(analysis: Analysis, budget: Budget, before: Figures | str) -> Iterator[Check]:
    """Whether the image grew too much; `before` may be the reason why nothing is known of the earlier one."""
    fix = largest_savings(analysis)
    sizes = {"stored": analysis.index.stored_bytes, "transfer": analysis.transfer_bytes}
    yield from check_grown(sizes, budget, before, fix=fix, is_complete=analysis.is_complete)


def check_grown(
    now_bytes: Mapping[str, int | None], budget: Budget, before: Figures | str, *, fix: str | None, is_complete: bool
) -> Iterator[Check]:
    """The same of the `stored` and `transfer` bytes that there are now, None where they are not known."""
    for name, growth in (("stored", budget.growth_stored), ("transfer", budget.growth_transfer)):
        if growth is not None:
            floor_bytes = budget.growth_floor_bytes
            yield _check(
                name, growth, now_bytes[name], before, floor_bytes=floor_bytes, fix=fix, is_complete=is_complete
            )


def _check(
    name: str,
    growth: Growth,
    now_bytes: int | None,
    before: Figures | str,
    *,
    floor_bytes: int,
    fix: str | None,
    is_complete: bool,
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
        fix=fix,
        is_complete=is_complete,
        unknown=_UNKNOWN[name],
    )


def _unknown_limit(growth: Growth) -> tuple[Unit, float]:
    """The limit as it was written: nobody knows what a share of an unknown size is."""
    if growth.more_bytes is not None:
        return Unit.BYTES, growth.more_bytes
    return Unit.PERCENT, growth.percent or 0
