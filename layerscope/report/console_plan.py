"""The plan in the text report."""

from rich.table import Table

from layerscope.advise import PlanStep
from layerscope.analysis import Analysis
from layerscope.report.tables import table
from layerscope.units import human_bandwidth, human_bytes, human_seconds, human_share, safe_text

_TOP = 8


def plan(analysis: Analysis) -> Table | None:
    """The steps, the largest saving first, with what the image is after each of them; None where there is none."""
    made = analysis.plan
    if not made.steps:
        return None
    steps = "1 step" if len(made.steps) == 1 else f"{len(made.steps)} steps"
    share = human_share(made.saves_bytes, analysis.index.stored_bytes)
    saves = f"saves {human_bytes(made.saves_bytes)}, {share} of stored"
    rows = table(
        ("saves", "right"),
        ("stored then", "right"),
        ("to pull then", "right"),
        (f"at {human_bandwidth(analysis.gate.bandwidth_bits_per_second)}", "right"),
        ("step", "left"),
        title=f"The plan, {steps}: {saves}, and leaves {human_bytes(made.predicted_stored_bytes)}",
    )
    shown = _TOP if len(made.steps) > _TOP + 1 else len(made.steps)
    for step in made.steps[:shown]:
        rows.add_row(human_bytes(step.saves_bytes), *_after(analysis, step), safe_text(step.title))
    if smaller := made.steps[shown:]:
        saves_bytes = sum(step.saves_bytes for step in smaller)
        rows.add_row(human_bytes(saves_bytes), *_after(analysis, smaller[-1]), f"{len(smaller)} smaller steps")
    return rows


def _after(analysis: Analysis, step: PlanStep) -> tuple[str, str, str]:
    """What is stored after a step, what a pull then fetches, and how long that takes."""
    wire_bytes = step.predicted_transfer_bytes_estimate
    if wire_bytes is None:
        return human_bytes(step.predicted_stored_bytes), "", ""
    seconds = human_seconds(analysis.gate.pull_seconds(wire_bytes))
    return human_bytes(step.predicted_stored_bytes), f"~{human_bytes(wire_bytes)}", seconds
