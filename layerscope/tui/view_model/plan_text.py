"""A plan as Markdown, to hand to whoever makes it."""

from collections.abc import Iterator

from layerscope.advise import Plan, PlanStep
from layerscope.analysis import Analysis
from layerscope.report.markdown_text import block, code, prose
from layerscope.tui.view_model.plan import prediction
from layerscope.units import human_bytes


def plan_markdown(analysis: Analysis, plan: Plan) -> str:
    """The chosen steps with their Dockerfile lines, the largest saving first."""
    lines = [f"# Plan for {code(analysis.image.reference)}", "", prediction(analysis, plan), ""]
    for number, step in enumerate(plan.steps, 1):
        lines += [f"## {number}. {prose(step.title)}", "", *_body(step), ""]
    return "\n".join(lines)


def _body(step: PlanStep) -> Iterator[str]:
    yield f"Saves {human_bytes(step.saves_bytes)}; {human_bytes(step.predicted_stored_bytes)} stored after it."
    if step.finding:
        yield from ("", prose(step.finding.rule.why), "", prose(step.finding.fix))
    if step.switch:
        for text in step.switch.evidence:
            yield from ("", f"- {prose(text)}")
    if step.dockerfile:
        yield from ("", *block(step.dockerfile))
