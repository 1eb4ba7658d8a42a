"""All limits of a team held against an analysis."""

from collections.abc import Iterator

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
    checks = list(_checks(analysis, settings, before))
    if settings.is_strict:
        checks = [_strict(check) for check in checks]
    checks.sort(key=lambda check: _ORDER.index(check.status))
    gate = Gate(tuple(checks), _levels(settings, checks), settings.bandwidth_bits_per_second)
    return replace(analysis, gate=gate)


def _checks(analysis: Analysis, settings: Settings, before: Figures | str) -> Iterator[Check]:
    budget = settings.budget
    yield from check_sizes(analysis, budget)
    yield from check_pull_time(analysis, budget, settings.bandwidth_bits_per_second)
    yield from check_growth(analysis, budget, before)
    yield from check_variant(analysis, budget)
    yield from check_categories(analysis, budget)
    yield from check_findings(analysis, budget)
    yield from check_forbidden(analysis, budget)
    if budget.dive is not None:
        yield from check_dive_rules(analysis, budget.dive)


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
