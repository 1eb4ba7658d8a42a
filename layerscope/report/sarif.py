"""SARIF 2.1.0, for code scanning: every rule with its help, a result for each finding and each failed check.

GitHub asks for a file and a line in each location, and follows `primaryLocationLineHash` from one upload to the next.
"""

import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from layerscope.__about__ import __version__
from layerscope.analysis import Analysis
from layerscope.checks.check import Check
from layerscope.checks.gate import Level
from layerscope.findings.finding import Finding
from layerscope.findings.rule import Rule
from layerscope.findings.rules import all_rules
from layerscope.oci.instruction import clean_instruction
from layerscope.report.finding_text import (
    check_message,
    failed_checks,
    fingerprint,
    fingerprints,
    message,
    worst_first,
)
from layerscope.report.places import Place, place_of, place_of_image
from layerscope.report.rules import explain_rule
from layerscope.report.texts import cut
from layerscope.units import safe_text

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Level.ERROR: "error", Level.WARN: "warning", Level.OFF: "none"}
_CHECK_RULE = "failed-check"
_INSTRUCTION_CHARACTERS = 300
_PLACEHOLDER = re.compile(r"\{(?=\d+\})")


def render_sarif(analysis: Analysis) -> bytes:
    """One run with everything that was found, the worst first."""
    rules = sorted(all_rules(), key=lambda rule: rule.id)
    places = {rule.id: number for number, rule in enumerate(rules)} | {_CHECK_RULE: len(rules)}
    findings = worst_first(analysis)
    found = zip(findings, fingerprints(findings), strict=True)
    results = [_result_of_check(analysis, check) for check in failed_checks(analysis)]
    results += [_result(analysis, finding, name) for finding, name in found]
    driver = {
        "name": "layerscope",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": [*(_rule(rule, analysis.gate.level(rule.id)) for rule in rules), _rule_of_checks()],
    }
    run = {
        "tool": {"driver": driver},
        "invocations": [_invocation(analysis)],
        "results": [result | {"ruleIndex": places[result["ruleId"]]} for result in results],
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return (json.dumps(log, indent=2, sort_keys=True) + "\n").encode("ascii")


def _rule(rule: Rule, level: Level) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": f"{rule.title[0].upper()}{rule.title[1:]}"},
        "fullDescription": {"text": rule.why},
        "help": {"text": f"{rule.why}\n\n{rule.fix}", "markdown": "\n".join(explain_rule(rule))},
        "defaultConfiguration": {"level": _LEVELS[level], "enabled": level is not Level.OFF},
        "properties": {"precision": rule.confidence.value, "tags": ["container-image"]},
    }


def _rule_of_checks() -> dict[str, Any]:
    return {
        "id": _CHECK_RULE,
        "shortDescription": {"text": "The image does not keep to what was asked of it"},
        "fullDescription": {"text": "A budget or another check of the gate failed."},
        "help": {"text": "The message says what was asked, what is there, and what to do."},
        "defaultConfiguration": {"level": "error"},
        "properties": {"precision": "very-high", "tags": ["container-image"]},
    }


def _result(analysis: Analysis, finding: Finding, name: str) -> dict[str, Any]:
    return {
        "ruleId": finding.rule.id,
        "level": _LEVELS[analysis.gate.level(finding.rule.id)],
        "message": {"text": _plain(message(finding))},
        "locations": _locations(place_of(analysis, finding), _layers(analysis, finding.layers)),
        "partialFingerprints": _known_by(name),
        "properties": {
            "claimed_bytes": finding.claimed_bytes,
            "confidence": finding.confidence.value,
            "reclaimable_bytes": finding.reclaimable_bytes,
            "who_can_fix": finding.who_can_fix,
        },
    }


def _result_of_check(analysis: Analysis, check: Check) -> dict[str, Any]:
    return {
        "ruleId": _CHECK_RULE,
        "level": "error",
        "message": {"text": _plain(check_message(check))},
        "locations": _locations(place_of_image(analysis), []),
        "partialFingerprints": _known_by(fingerprint(f"{_CHECK_RULE}\0{check.id}")),
    }


def _locations(place: Place, layers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One location for each line; the layers stand with the first."""
    locations: list[dict[str, Any]] = [
        {"physicalLocation": {"artifactLocation": {"uri": quote(place.path)}, "region": {"startLine": line}}}
        for line in place.lines or [place.line]
    ]
    if layers:
        locations[0]["logicalLocations"] = layers
    return locations


def _layers(analysis: Analysis, positions: Iterable[int]) -> list[dict[str, Any]]:
    found = []
    for position in positions:
        history = analysis.image.layers[position].history
        instruction = safe_text(clean_instruction(history.created_by)) if history else ""
        name = f"layer {position}"
        full_name = f"{name}: {cut(instruction, _INSTRUCTION_CHARACTERS)}" if instruction else name
        found.append({"name": name, "fullyQualifiedName": full_name, "kind": "module"})
    return found


def _known_by(name: str) -> dict[str, str]:
    return {"layerscope/v1": name, "primaryLocationLineHash": f"{name[:16]}:1"}


def _invocation(analysis: Analysis) -> dict[str, Any]:
    notes = [{"level": "warning", "message": {"text": _plain(safe_text(text))}} for text in analysis.warnings]
    return {"executionSuccessful": analysis.is_complete, "toolExecutionNotifications": notes}


def _plain(text: str) -> str:
    """A text in which nothing is a link or a placeholder (SARIF 2.1.0, 3.11.5 and 3.11.6)."""
    if "](" in text:
        text = text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
    return _PLACEHOLDER.sub("{{", text)
