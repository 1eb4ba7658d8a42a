"""Another base, and the plan, in Markdown."""

from layerscope.analysis import Analysis
from layerscope.report.markdown_text import bar, block, code, details, others, prose, table
from layerscope.report.texts import cut
from layerscope.switching.candidate import Candidate, Verdict
from layerscope.units import human_bytes

_ROWS = 20
_EVIDENCE = 5


def another_base(analysis: Analysis) -> list[str]:
    """The bases that could take the place of today's, and the lines of the recommended one."""
    candidates = analysis.candidates
    if not candidates:
        return []
    most_bytes = max(item.saves_bytes for item in candidates)
    rows = (
        (
            f"**{code(item.label)}**" if item is analysis.recommended else code(item.label),
            human_bytes(item.saves_bytes) if item.saves_bytes > 0 else "",
            bar(item.saves_bytes, most_bytes),
            human_bytes(item.predicted_stored_bytes),
            f"**{item.verdict.value}**" if item.verdict is Verdict.UNSAFE else item.verdict.value,
        )
        for item in candidates[:_ROWS]
    )
    lines = ["### Another base", "", *table(("base", ">saves", "", ">stored then", "verdict"), rows), ""]
    for item in candidates[:_ROWS]:
        lines += details(f"is {item.verdict.value}: why, and what to do", _why(item), name=item.label)
    return lines


def _why(candidate: Candidate) -> list[str]:
    lines = [f"- {prose(cut(text, 300))}" for text in candidate.evidence[:_EVIDENCE]]
    lines += [
        f"- add {code(item.what)}"
        + (f" ({human_bytes(item.stored_bytes)})" if item.stored_bytes is not None else "")
        + ("" if item.is_certain else ", if wanted")
        + f": {prose(cut(item.why, 300))}"
        for item in candidate.add[:_ROWS]
    ]
    lines += [f"- set {code(text)}" for text in candidate.environment[:_ROWS]]
    lines += ["- keep today's base as the stage that compiles"] if candidate.needs_two_stages else []
    return lines + (["", *block(candidate.dockerfile)] if candidate.dockerfile else [])


def plan(analysis: Analysis) -> list[str]:
    """The steps, the largest saving first, with what the image is after each of them."""
    made = analysis.plan
    if not made.steps:
        return []
    most_bytes = max(step.saves_bytes for step in made.steps)
    rows = (
        (
            str(number),
            human_bytes(step.saves_bytes),
            bar(step.saves_bytes, most_bytes),
            f"~{human_bytes(step.predicted_transfer_bytes_estimate)}"
            if step.predicted_transfer_bytes_estimate is not None
            else "",
            human_bytes(step.predicted_stored_bytes),
            prose(cut(step.title, 200)),
        )
        for number, step in enumerate(made.steps[:_ROWS], 1)
    )
    head = f"Plan: {len(made.steps)} steps save {human_bytes(made.saves_bytes)}"
    lines = table((">", ">saves", "", ">to pull then", ">stored then", "step"), rows)
    left = others(len(made.steps) - _ROWS, "steps")
    title = f"### {head} and leave {human_bytes(made.predicted_stored_bytes)}"
    return [title, "", *details("Steps", [*lines, "", *left])]
