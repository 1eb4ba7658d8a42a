"""Findings in words and numbers as the formats for pipelines share them."""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence

from layerscope.analysis import Analysis
from layerscope.checks.check import Check, Status
from layerscope.checks.gate import Level
from layerscope.findings.finding import Finding
from layerscope.units import human_bytes, safe_text

# Digests, and numbers with what hangs on them: versions, sizes, positions of layers.
_CHANGING = re.compile(r"\b[0-9a-f]{12,}\b|\d[\w.+~:-]*")
_FINDING_PREFIX = "finding:"
# As many as GitHub shows of an upload; real images have some dozens.
_LIMIT = 5_000


def headline(finding: Finding) -> str:
    """What is wrong, in a line, safe to show."""
    return f"{finding.rule.title}: {safe_text(finding.subject)}" if finding.subject else finding.rule.title


def saving(finding: Finding) -> str:
    """How much can go and where, as `3.1 GB can go, in layers 5 and 6`; empty for a finding without bytes."""
    where = place_in_image(finding)
    if not finding.reclaimable_bytes:
        return f"{where[0].upper()}{where[1:]}" if where else ""
    return f"{human_bytes(finding.reclaimable_bytes)} can go" + (f", {where}" if where else "")


def place_in_image(finding: Finding) -> str:
    """Which layers are meant, as `in layer 5`; empty where a finding has none."""
    layers = [str(layer) for layer in finding.layers]
    of_base = " of the base image" if finding.who_can_fix == "base" else ""
    if len(layers) <= 1:
        return f"in layer {layers[0]}{of_base}" if layers else ""
    if len(layers) > 6:
        return f"in {len(layers)} layers{of_base}"
    return f"in layers {', '.join(layers[:-1])} and {layers[-1]}{of_base}"


def message(finding: Finding) -> str:
    """What is wrong, what it costs and what to do, in sentences on one line."""
    parts = [headline(finding), saving(finding), safe_text(finding.fix)]
    return " ".join(part if part.endswith((".", "!", "?")) else f"{part}." for part in parts if part)


def worst_first(analysis: Analysis) -> list[Finding]:
    """The findings, errors before warnings and the most reclaimable bytes first; at most 5,000."""
    gate = analysis.gate
    return sorted(analysis.findings, key=lambda finding: gate.level(finding.rule.id) is not Level.ERROR)[:_LIMIT]


def failed_checks(analysis: Analysis) -> list[Check]:
    """The checks that failed, without those that only say that a finding is there, which speaks for itself."""
    found = {f"{_FINDING_PREFIX}{finding.rule.id}" for finding in analysis.findings}
    return [check for check in analysis.gate.checks if check.status is Status.FAILED and check.id not in found]


def check_message(check: Check) -> str:
    """What a check found, in sentences on one line."""
    told = [f"{check.id} (limit {check.limit_text}):", check.reason, check.fix or ""]
    return " ".join(safe_text(text) for text in told if text)


def fingerprints(findings: Sequence[Finding]) -> list[str]:
    """What each finding is known by from one build to the next: no digest, size, version or position is in it.

    Findings that are equal but for these are numbered in the order of their layers.
    """
    keys = [_key(finding) for finding in findings]
    seen: Counter[str] = Counter()
    found = [""] * len(findings)
    for place in sorted(
        range(len(findings)), key=lambda place: (findings[place].layers, findings[place].subject or "")
    ):
        key = keys[place]
        seen[key] += 1
        found[place] = fingerprint(f"{key}\0{seen[key]}")
    return found


def fingerprint(key: str) -> str:
    """A short name for a key, 32 hexadecimal digits."""
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()[:32]


def _key(finding: Finding) -> str:
    subject = " ".join(_CHANGING.sub("", finding.subject or "").split())
    return "\0".join((finding.rule.id, finding.who_can_fix, subject))
