"""All limits of a team held against an analysis."""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from layerscope.analysis import Analysis
from layerscope.budget.dive_checks import check_dive_rules
from layerscope.budget.figures import Figures
from layerscope.budget.finding_checks import check_findings
from layerscope.budget.forbidden_checks import check_forbidden
from layerscope.budget.growth_checks import check_growth
from layerscope.budget.size_checks import check_categories, check_pull_time, check_sizes
from layerscope.budget.variant_check import check_variant
from layerscope.checks.check import Check, Status
from layerscope.checks.gate import Gate, Level
from layerscope.settings.settings import Settings

_ORDER = list(Status)


def judge(analysis: Analysis, settings: Settings, before: Figures | str = "There is no baseline.") -> Analysis:
    """The analysis with the gate that the settings make; `before` is the baseline, or why there is none."""
    return replace(analysis, gate=make_gate(_checks(analysis, settings, before), settings))


def make_gate(checks: Iterable[Check], settings: Settings) -> Gate:
    """The gate of some checks: those that failed first, and skipped ones among them where the settings are strict."""
    ended = [_strict(check) for check in checks] if settings.is_strict else list(checks)
    ended.sort(key=lambda check: _ORDER.index(check.status))
    return Gate(tuple(ended), _levels(settings, ended), settings.bandwidth_bits_per_second)


def _checks(analysis: Analysis, settings: Settings, before: Figures | str) -> Iterator[Check]:
    budget = settings.budget
    yield from check_sizes(analysis, budget)
    yield from check_pull_time(analysis, budget, settings.bandwidth_bits_per_second)
    yield from check_growth(analysis, budget, before)
    yield from check_variant(analysis, budget)
    yield from check_categories(analysis, budget)
    yield from check_findings(analysis, budget)
    yield from check_forbidden(analysis.index, budget, is_complete=analysis.is_complete)
    if budget.dive is not None:
        yield from check_dive_rules(analysis.index, budget.dive, is_complete=analysis.is_complete)


def _strict(check: Check) -> Check:
    if check.status is not Status.SKIPPED:
        return check
    return replace(check, status=Status.FAILED, fix=check.fix or "Without --strict it would be skipped.")


def _levels(settings: Settings, checks: list[Check]) -> dict[str, Level]:
    """Findings whose check failed are errors; those within their allowance are warnings."""
    failed = {check.id for check in checks if check.status is Status.FAILED}
    levels = {name: limit.level for name, limit in settings.budget.findings.items()}
    return {
        name: Level.WARN if level is Level.ERROR and f"finding:{name}" not in failed else level
        for name, level in levels.items()
    }
