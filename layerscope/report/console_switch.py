"""The switch and the plan in the text report."""

from rich.console import Group, RenderableType
from rich.text import Text

from layerscope.analysis import Analysis
from layerscope.report.tables import table
from layerscope.switching.candidate import Addition, Candidate, Verdict
from layerscope.units import human_bandwidth, human_bytes, human_seconds, safe_text

_STYLES = {Verdict.SAFE: "green", Verdict.CONDITIONAL: "yellow", Verdict.UNSAFE: "red"}
_EVIDENCE = 3


def switch(analysis: Analysis) -> RenderableType | None:
    """The bases that could take the place of today's, and what the plan comes to."""
    if not analysis.candidates:
        return None
    bases = table(
        ("base", "left"),
        ("saves", "right"),
        ("stored then", "right"),
        ("verdict", "left"),
        ("", "left"),
        title="Instead of today's base",
    )
    for candidate in analysis.candidates:
        bases.add_row(
            safe_text(candidate.label),
            human_bytes(candidate.saves_bytes),
            human_bytes(candidate.predicted_stored_bytes),
            Text(candidate.verdict.value, style=_STYLES[candidate.verdict]),
            safe_text(_remark(candidate)),
        )
    return Group(*(part for part in (bases, _recommended(analysis), _plan(analysis)) if part is not None))


def _remark(candidate: Candidate) -> str:
    """What is special about a candidate, in a line."""
    parts = []
    if possible := [item for item in candidate.add if not item.is_certain]:
        parts.append("if wanted, add " + ", ".join(map(_priced, possible)))
    if candidate.needs_two_stages:
        parts.append("keep today's base as the stage that compiles")
    if candidate.environment:
        parts.append("set " + " ".join(candidate.environment))
    if candidate.verdict is Verdict.UNSAFE or (not parts and candidate.verdict is Verdict.CONDITIONAL):
        parts.insert(0, candidate.evidence[0])
    return "; ".join(parts)


def _priced(addition: Addition) -> str:
    return addition.what + (f" ({human_bytes(addition.stored_bytes)})" if addition.stored_bytes else "")


def _recommended(analysis: Analysis) -> Text | None:
    candidate = analysis.recommended
    if candidate is None:
        return None
    text = Text("recommended  ", style="bold")
    for line in candidate.dockerfile:
        text.append(f"\n    {safe_text(line)}", style="not bold")
    for line in candidate.evidence[:_EVIDENCE]:
        text.append(f"\n  - {safe_text(line)}", style="not bold dim")
    return text


def _plan(analysis: Analysis) -> Text | None:
    plan = analysis.plan
    if not plan.steps:
        return None
    text = Text(f"the whole plan, {len(plan.steps)} steps: ", style="bold")
    text.append(
        f"saves {human_bytes(plan.saves_bytes)}, leaves {human_bytes(plan.predicted_stored_bytes)} stored", "not bold"
    )
    if plan.predicted_transfer_bytes_estimate is not None:
        wire_bytes = plan.predicted_transfer_bytes_estimate
        pull = human_seconds(analysis.gate.pull_seconds(wire_bytes))
        bandwidth = human_bandwidth(analysis.gate.bandwidth_bits_per_second)
        text.append(f", ~{human_bytes(wire_bytes)} on the wire ({pull} at {bandwidth})", "not bold")
    return text
