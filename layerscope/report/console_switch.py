"""The switch in the text report."""

from rich.console import Group, RenderableType
from rich.text import Text

from layerscope.analysis import Analysis
from layerscope.report.tables import table
from layerscope.switching.candidate import Addition, Candidate, Verdict
from layerscope.units import human_bytes, safe_text

_STYLES = {Verdict.SAFE: "green", Verdict.CONDITIONAL: "yellow", Verdict.UNSAFE: "red"}
_EVIDENCE = 3


def switch(analysis: Analysis) -> RenderableType | None:
    """The bases that could take the place of today's, and the one to take."""
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
    return Group(*(part for part in (bases, _recommended(analysis)) if part is not None))


def _remark(candidate: Candidate) -> str:
    """What is special about a candidate, in a line."""
    parts = []
    if possible := [item for item in candidate.add if not item.is_certain]:
        parts.append("if wanted, add " + ", ".join(map(_priced, possible)))
    if candidate.needs_two_stages:
        parts.append("keep today's base as the stage that compiles")
    if candidate.verdict is Verdict.UNSAFE or (not parts and candidate.verdict is Verdict.CONDITIONAL):
        parts.insert(0, candidate.evidence[0])
    if candidate.environment:
        parts.append("set " + " ".join(candidate.environment))
    return "; ".join(parts)


def _priced(addition: Addition) -> str:
    return addition.what + (f" ({human_bytes(addition.stored_bytes)})" if addition.stored_bytes else "")


def _recommended(analysis: Analysis) -> Group | None:
    candidate = analysis.recommended
    if candidate is None:
        return None
    text = Text("recommended  ", style="bold")
    for line in candidate.dockerfile:
        text.append(f"\n    {safe_text(line)}", style="not bold")
    evidence = table(("", "left"), ("", "left"))
    for line in candidate.evidence[:_EVIDENCE]:
        evidence.add_row("  -", Text(safe_text(line), style="dim"))
    return Group(text, evidence)
