"""Checks of single findings: those that a team takes for errors."""

from collections import defaultdict
from collections.abc import Iterator

from layerscope.analysis import Analysis
from layerscope.budget.limit import UNREAD, Limit
from layerscope.checks.check import Check, Status, Unit
from layerscope.checks.gate import Level
from layerscope.findings.finding import Finding
from layerscope.settings.budget import Budget, FindingLimit

_SUBJECTS = 3


def check_findings(analysis: Analysis, budget: Budget) -> Iterator[Check]:
    """One check for each finding that may be an error.

    Bytes are those that it points at, whichever finding was promised them.
    """
    found: dict[str, list[Finding]] = defaultdict(list)
    for finding in analysis.findings:
        found[finding.rule.id].append(finding)
    for name, limit in budget.findings.items():
        if limit.level is Level.ERROR:
            yield _check(name, limit, found[name], is_complete=analysis.is_complete)


def _check(name: str, limit: FindingLimit, found: list[Finding], *, is_complete: bool) -> Check:
    fix = found[0].fix if found else None
    if limit.limit_bytes is None:
        return _presence(f"finding:{name}", found, fix, is_complete=is_complete)
    claimed_bytes = sum(finding.claimed_bytes for finding in found)
    size = Limit(f"finding:{name}", f"{name} points at", Unit.BYTES, limit.limit_bytes)
    return size.check(claimed_bytes, fix=fix, is_complete=is_complete)


def _presence(check_id: str, found: list[Finding], fix: str | None, *, is_complete: bool) -> Check:
    if found:
        subjects = [finding.subject for finding in found if finding.subject]
        reason = f"{found[0].rule.title}{': ' if subjects else ''}{', '.join(subjects[:_SUBJECTS])}."
        return Check(check_id, Unit.COUNT, 0, len(found), Status.FAILED, reason, fix)
    if not is_complete:
        return Check(check_id, Unit.COUNT, 0, 0, Status.SKIPPED, UNREAD)
    return Check(check_id, Unit.COUNT, 0, 0, Status.PASSED, "It is not found.")
