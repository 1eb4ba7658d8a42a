"""Checks in the text report: those that failed first, with what to do."""

from rich.table import Table
from rich.text import Text

from layerscope.checks.check import Check, Status
from layerscope.checks.gate import Gate
from layerscope.report.tables import table
from layerscope.units import safe_text

_STYLES = {Status.FAILED: "bold red", Status.SKIPPED: "yellow", Status.PASSED: "green"}


def checks(gate: Gate) -> Table | None:
    """What was asked of the image and how it stands; None where nothing was asked."""
    if not gate.checks:
        return None
    counts = ", ".join(f"{gate.count(status)} {status.value}" for status in Status if gate.count(status))
    made = table(("", "left"), ("actual", "right"), ("limit", "right"), title=f"Checks: {counts}")
    made.add_column("check", overflow="fold", ratio=1)
    for check in gate.checks:
        made.add_row(
            Text(check.status.value, style=_STYLES[check.status]), check.actual_text, check.limit_text, _text(check)
        )
    return made


def _text(check: Check) -> Text:
    text = Text(safe_text(check.id))
    if check.status is not Status.PASSED:
        text.append(f"\n{safe_text(check.reason)}", style="dim")
        if check.fix:
            text.append(f"\n{safe_text(check.fix)}", style="dim")
    return text
