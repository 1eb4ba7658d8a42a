"""GitLab's code quality report: what a merge request shows as new or fixed.

An array of objects with a description, a name, a fingerprint, a severity and a place (GitLab docs, code quality report
format).
"""

import json
from typing import Any

from layerscope.analysis import Analysis
from layerscope.checks.gate import Level
from layerscope.findings.finding import Finding
from layerscope.report.finding_text import (
    check_message,
    failed_checks,
    fingerprint,
    fingerprints,
    message,
    worst_first,
)
from layerscope.report.places import Place, place_of, place_of_image

_MAJOR_SHARE = 0.01


def render_gitlab(analysis: Analysis) -> bytes:
    """Failed checks and findings, the worst first."""
    findings = worst_first(analysis)
    place = place_of_image(analysis)
    issues = [
        _issue(f"check {check.id}", check_message(check), fingerprint(f"check\0{check.id}"), "blocker", place)
        for check in failed_checks(analysis)
    ]
    issues += [
        _issue(finding.rule.id, message(finding), name, _severity(analysis, finding), place_of(analysis, finding))
        for finding, name in zip(findings, fingerprints(findings), strict=True)
    ]
    return (json.dumps(issues, indent=2, sort_keys=True) + "\n").encode("ascii")


def _issue(name: str, text: str, known_by: str, severity: str, place: Place) -> dict[str, Any]:
    return {
        "check_name": name,
        "description": text,
        "fingerprint": known_by,
        "severity": severity,
        "location": {"path": place.path, "lines": {"begin": place.line}},
    }


def _severity(analysis: Analysis, finding: Finding) -> str:
    """Errors are critical; of warnings those are major that save a hundredth of the image."""
    if analysis.gate.level(finding.rule.id) is Level.ERROR:
        return "critical"
    if not finding.reclaimable_bytes:
        return "info"
    return "major" if finding.reclaimable_bytes >= _MAJOR_SHARE * analysis.index.stored_bytes else "minor"
