"""All limits of a team held against a quick look: what it cannot know is skipped, and is no pass."""

from collections.abc import Iterator

from msgspec.structs import replace

from layerscope.budget.dive_checks import check_dive_rules, skip_dive_rules
from layerscope.budget.figures import Figures
from layerscope.budget.forbidden_checks import check_forbidden
from layerscope.budget.growth_checks import check_grown
from layerscope.budget.judge import make_gate
from layerscope.budget.limit import Limit
from layerscope.checks.check import Check, Status, Unit
from layerscope.checks.gate import Level
from layerscope.outline.outline import Outline
from layerscope.settings.budget import Budget
from layerscope.settings.settings import Settings

_CONTENTS = "A quick look cannot know it; leave --quick out."
_LAYERS = "Not every layer lists its files in a table of contents; leave --quick out."
_NO_TRANSFER = "What a pull fetches is not known of this source."


def judge_outline(outline: Outline, settings: Settings, before: Figures | str = "There is no baseline.") -> Outline:
    """The outline with the gate that the settings make; `before` is the baseline, or why there is none."""
    return replace(outline, gate=make_gate(_checks(outline, settings, before), settings))


def _checks(outline: Outline, settings: Settings, before: Figures | str) -> Iterator[Check]:
    budget, whole = settings.budget, outline.whole
    yield from _sizes(outline, budget)
    if budget.pull_seconds is not None:
        seconds = None
        if outline.transfer_bytes is not None:
            seconds = outline.transfer_bytes * 8 / settings.bandwidth_bits_per_second
        limit = Limit("pull-time", "A pull takes", Unit.SECONDS, budget.pull_seconds)
        yield limit.check(seconds, fix=None, is_complete=True, unknown=_NO_TRANSFER)
    now_bytes = {"stored": whole.index.stored_bytes if whole else None, "transfer": outline.transfer_bytes}
    yield from check_grown(now_bytes, budget, before, fix=None, is_complete=True)
    yield from _unknowable(budget)
    if outline.listing:
        yield from check_forbidden(outline.listing.index, budget, is_complete=outline.is_whole)
    else:
        yield from (_skipped(f"forbidden:{text}", Unit.COUNT, 0, _LAYERS) for text in budget.forbidden)
    if budget.dive is not None:
        if whole:
            yield from check_dive_rules(whole.index, budget.dive, is_complete=True)
        else:
            yield from skip_dive_rules(budget.dive, _LAYERS)


def _sizes(outline: Outline, budget: Budget) -> Iterator[Check]:
    """Layers that are listed may hold too much by themselves; what they hide may be hidden by others as well."""
    listed, whole = outline.listing, outline.whole
    stored_bytes = listed.index.stored_bytes if listed else None
    superseded_bytes, duplicate_bytes = (
        (whole.index.superseded_bytes, whole.index.duplicate_bytes) if whole else (None, None)
    )
    for name, what, most, actual, unknown in (
        ("stored", "All layers hold", budget.stored_bytes, stored_bytes, _LAYERS),
        ("transfer", "A pull fetches", budget.transfer_bytes, outline.transfer_bytes, _NO_TRANSFER),
        ("superseded", "Shipped but invisible are", budget.superseded_bytes, superseded_bytes, _LAYERS),
        ("duplicate", "Visible more than once are", budget.duplicate_bytes, duplicate_bytes, _LAYERS),
        ("reclaimable", "Findings can spare", budget.reclaimable_bytes, None, _CONTENTS),
    ):
        if most is not None:
            is_complete = outline.is_whole or name != "stored"
            yield Limit(name, what, Unit.BYTES, most).check(actual, fix=None, is_complete=is_complete, unknown=unknown)


def _unknowable(budget: Budget) -> Iterator[Check]:
    """The checks of what only contents tell."""
    if budget.variants:
        yield _skipped("variant", Unit.NAME, " or ".join(budget.variants), _CONTENTS)
    for category, most in budget.categories.items():
        yield _skipped(f"category:{category}", Unit.BYTES, most, _CONTENTS)
    for name, limit in budget.findings.items():
        if limit.level is Level.ERROR:
            unit = Unit.COUNT if limit.limit_bytes is None else Unit.BYTES
            yield _skipped(f"finding:{name}", unit, limit.limit_bytes or 0, _CONTENTS)


def _skipped(check_id: str, unit: Unit, limit: float | str, reason: str) -> Check:
    return Check(check_id, unit, limit, None, Status.SKIPPED, reason)
