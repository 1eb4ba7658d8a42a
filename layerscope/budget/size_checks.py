"""Checks of an image's sizes, of its categories, and of the time of a pull."""

from collections.abc import Iterator

from layerscope.analysis import Analysis
from layerscope.budget.limit import Limit
from layerscope.checks.check import Check, Unit
from layerscope.settings.budget import Budget
from layerscope.units import human_bytes, safe_text

_TOP = 3
_NO_TRANSFER = "What a pull fetches is not known of this source."


def check_sizes(analysis: Analysis, budget: Budget) -> Iterator[Check]:
    """One check for each size that has a limit."""
    index, is_complete = analysis.index, analysis.is_complete
    savings = largest_savings(analysis)
    reclaimable_bytes = sum(finding.reclaimable_bytes for finding in analysis.findings)
    for name, what, most, actual, fix in (
        ("stored", "All layers hold", budget.stored_bytes, index.stored_bytes, savings),
        ("transfer", "A pull fetches", budget.transfer_bytes, analysis.transfer_bytes, savings),
        ("superseded", "Shipped but invisible are", budget.superseded_bytes, index.superseded_bytes, _hidden(analysis)),
        ("duplicate", "Visible more than once are", budget.duplicate_bytes, index.duplicate_bytes, _twice(analysis)),
        ("reclaimable", "Findings can spare", budget.reclaimable_bytes, reclaimable_bytes, savings),
    ):
        if most is not None:
            limit = Limit(name, what, Unit.BYTES, most)
            yield limit.check(actual, fix=fix, is_complete=is_complete, unknown=_NO_TRANSFER)


def check_pull_time(analysis: Analysis, budget: Budget, bandwidth_bits_per_second: int) -> Iterator[Check]:
    """Whether a pull at the bandwidth is short enough."""
    if budget.pull_seconds is not None:
        transfer_bytes = analysis.transfer_bytes
        seconds = None if transfer_bytes is None else transfer_bytes * 8 / bandwidth_bits_per_second
        limit = Limit("pull-time", "A pull takes", Unit.SECONDS, budget.pull_seconds)
        yield limit.check(
            seconds, fix=largest_savings(analysis), is_complete=analysis.is_complete, unknown=_NO_TRANSFER
        )


def check_categories(analysis: Analysis, budget: Budget) -> Iterator[Check]:
    """One check for each category that has a limit; one that the image has not has no bytes."""
    there = {total.detector.id: total.stored_bytes for total in analysis.category_totals}
    for category, most in budget.categories.items():
        limit = Limit(f"category:{category}", f"{category} has", Unit.BYTES, most)
        fix = f"`layerscope rules {category}` says what it is."
        yield limit.check(there.get(category, 0), fix=fix, is_complete=analysis.is_complete)


def largest_savings(analysis: Analysis) -> str | None:
    """Which findings spare the most, None where none spares anything."""
    found = [item for item in analysis.findings if item.reclaimable_bytes][:_TOP]
    names = ", ".join(f"{item.rule.id} ({human_bytes(item.reclaimable_bytes)})" for item in found)
    return f"These save the most: {names}." if names else None


def _hidden(analysis: Analysis) -> str | None:
    for group in analysis.index.superseded[:1]:
        path = safe_text(analysis.index.path(group.rows[0]))
        return (
            f"The most comes from layer {group.layer} and is hidden by layer {group.hidden_by}, "
            f"{human_bytes(group.superseded_bytes)}: /{path}."
        )
    return None


def _twice(analysis: Analysis) -> str | None:
    index = analysis.index
    for group in index.duplicates[:1]:
        path = safe_text(index.path(index.name_row(group.rows[0])))
        return f"The most is {human_bytes(group.waste_bytes)} of copies of /{path}."
    return None
