"""What to do, in the text report: the findings that save the most, and the others in a line each."""

from rich.table import Table
from rich.text import Text

from layerscope.analysis import Analysis
from layerscope.findings.finding import Finding
from layerscope.findings.rule import Confidence
from layerscope.report.tables import table
from layerscope.units import human_bytes, human_share, safe_text

_TOP = 10
_OTHERS = 12
_SURE = {"high": "", "medium": "likely", "low": "maybe"}


def what_to_do(analysis: Analysis) -> Table | None:
    """The findings, those that save the most first; None where there is none."""
    findings = analysis.findings
    if not findings:
        return None
    saving = [finding for finding in findings if finding.reclaimable_bytes]
    title = _title(saving, analysis.index.stored_bytes) if saving else "What to do"
    made = table(("saves", "right"), ("where", "right"), ("", "left"), title=title)
    made.add_column("finding, and what to do", overflow="fold", ratio=1)
    for finding in saving[:_TOP]:
        made.add_row(
            human_bytes(finding.reclaimable_bytes),
            _where(analysis, finding),
            _SURE[finding.confidence.value],
            _text(finding),
        )
    rest = saving[_TOP:]
    if rest:
        others_bytes = sum(finding.reclaimable_bytes for finding in rest)
        made.add_row(human_bytes(others_bytes), "", "", f"{len(rest)} smaller findings")
    silent = sorted({finding.rule.id for finding in findings if not finding.claimed_bytes})
    if silent:
        names = ", ".join(silent[:_OTHERS]) + (", ..." if len(silent) > _OTHERS else "")
        made.add_row("", "", "", Text(f"Without bytes of their own: {names}", style="dim"))
    made.add_row(
        "", "", "", Text("layerscope rules ID explains one; the JSON report has all with evidence", style="dim")
    )
    return made


def _title(saving: list[Finding], stored_bytes: int) -> str:
    sure_bytes = sum(finding.reclaimable_bytes for finding in saving if finding.confidence is Confidence.HIGH)
    other_bytes = sum(finding.reclaimable_bytes for finding in saving) - sure_bytes
    title = f"What to do: {human_bytes(sure_bytes)} can go, {human_share(sure_bytes, stored_bytes)} of stored"
    return f"{title}; {human_bytes(other_bytes)} more may" if other_bytes else title


def _where(analysis: Analysis, finding: Finding) -> str:
    place = analysis.dockerfile.place(finding.layers) if analysis.dockerfile else ""
    return "\n".join(part for part in (_layers(finding), place) if part)


def _layers(finding: Finding) -> str:
    if finding.who_can_fix == "base":
        return "base"
    if len(finding.layers) > 2:
        return f"{len(finding.layers)} layers"
    return "layer " + ", ".join(map(str, finding.layers)) if finding.layers else ""


def _text(finding: Finding) -> Text:
    text = Text(finding.rule.title)
    if finding.subject:
        text.append(f": {safe_text(finding.subject)}")
    text.append(f" ({finding.rule.id})", style="dim")
    text.append(f"\n{safe_text(finding.fix)}", style="dim")
    return text
