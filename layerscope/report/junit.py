"""JUnit XML: a suite of the checks and a suite of the findings, for whatever shows test results.

A finding is a failure only where the gate makes it an error; a warning is skipped, so that red means a broken gate.
"""

from xml.etree import ElementTree as ET

from layerscope.analysis import Analysis
from layerscope.checks.check import Check, Status
from layerscope.checks.gate import Level
from layerscope.findings.finding import Finding
from layerscope.oci.instruction import clean_instruction
from layerscope.report.finding_text import check_message, headline, message, worst_first
from layerscope.report.places import place_of, place_of_image
from layerscope.report.texts import cut
from layerscope.units import safe_text

_PATHS = 10
_INSTRUCTION_CHARACTERS = 1_000


def render_junit(analysis: Analysis) -> bytes:
    """Every check and every finding as a test case."""
    cases = [_check(analysis, check) for check in analysis.gate.checks]
    found = [_finding(analysis, finding) for finding in worst_first(analysis)]
    if not analysis.is_complete:
        cases.insert(0, _incomplete(analysis))
    suites = [_suite(name, items) for name, items in (("checks", cases), ("findings", found))]
    root = ET.Element("testsuites", {"name": "layerscope", **_counts([*cases, *found])})
    root.extend(suites)
    ET.indent(root)
    content: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return content + b"\n"


def _suite(name: str, cases: list[ET.Element]) -> ET.Element:
    suite = ET.Element("testsuite", {"name": f"layerscope.{name}", **_counts(cases)})
    suite.extend(cases)
    return suite


def _counts(cases: list[ET.Element]) -> dict[str, str]:
    numbers = {f"{kind}s": sum(case.find(kind) is not None for case in cases) for kind in ("failure", "error")}
    numbers |= {"tests": len(cases), "skipped": sum(case.find("skipped") is not None for case in cases)}
    return {name: str(number) for name, number in numbers.items()} | {"time": "0"}


def _case(suite: str, name: str, path: str) -> ET.Element:
    return ET.Element("testcase", {"classname": f"layerscope.{suite}", "name": name, "file": path, "time": "0"})


def _check(analysis: Analysis, check: Check) -> ET.Element:
    case = _case("checks", safe_text(check.id), place_of_image(analysis).path)
    if check.status is Status.FAILED:
        _add(case, "failure", safe_text(check.reason), check_message(check), kind="check")
    elif check.status is Status.SKIPPED:
        _add(case, "skipped", safe_text(check.reason))
    return case


def _finding(analysis: Analysis, finding: Finding) -> ET.Element:
    subject = f" ({safe_text(finding.subject)})" if finding.subject else ""
    of_base = " in the base image" if finding.who_can_fix == "base" else ""
    case = _case("findings", f"{finding.rule.id}{subject}{of_base}", place_of(analysis, finding).path)
    if analysis.gate.level(finding.rule.id) is Level.ERROR:
        _add(case, "failure", headline(finding), _details(analysis, finding), kind=finding.rule.id)
    else:
        _add(case, "skipped", f"warning: {message(finding)}")
        ET.SubElement(case, "system-out").text = _details(analysis, finding)
    return case


def _incomplete(analysis: Analysis) -> ET.Element:
    case = _case("checks", "complete", place_of_image(analysis).path)
    text = "The image is damaged and was read in part."
    _add(case, "error", text, "\n".join([text, *map(safe_text, analysis.warnings)]), kind="incomplete")
    return case


def _add(case: ET.Element, tag: str, short: str, text: str = "", kind: str | None = None) -> None:
    element = ET.SubElement(case, tag, {"message": short} | ({"type": kind} if kind else {}))
    element.text = text or None


def _details(analysis: Analysis, finding: Finding) -> str:
    """Sentences, the layers with their instructions, the evidence and the largest paths."""
    lines = [message(finding), finding.rule.why]
    for position in finding.layers[:_PATHS]:
        history = analysis.image.layers[position].history
        instruction = safe_text(clean_instruction(history.created_by)) if history else "(unknown)"
        lines.append(f"Layer {position}: {cut(instruction, _INSTRUCTION_CHARACTERS)}")
    lines += [safe_text(text) for text in finding.evidence]
    lines += [safe_text(b"/" + analysis.index.path(row)) for row in finding.rows[:_PATHS]]
    lines += ["", *(safe_text(line) for line in finding.dockerfile)] if finding.dockerfile else []
    return "\n".join(lines)
