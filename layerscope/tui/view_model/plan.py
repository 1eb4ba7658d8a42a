"""What the Plan shows: every step that could be made, which of them are chosen, and what the image is then."""

from itertools import cycle, islice

from msgspec import Struct
from msgspec.structs import replace

from layerscope.advise import Plan, PlanStep, make_plan, plannable
from layerscope.analysis import Analysis
from layerscope.findings.finding import Finding
from layerscope.report.finding_text import headline
from layerscope.switching.candidate import Candidate
from layerscope.units import human_bytes, human_seconds, human_share, safe_text


class PlanChoice(Struct, frozen=True, eq=False):
    """The base that would be switched to, whether it is, and the findings that are left as they are."""

    candidate: Candidate | None
    is_switched: bool
    left_out: tuple[Finding, ...] = ()

    def toggled(self, row: "PlanRow") -> "PlanChoice":
        """The same with one step switched."""
        if row.finding is None:
            return replace(self, is_switched=not self.is_switched)
        rest = tuple(finding for finding in self.left_out if finding is not row.finding)
        return replace(self, left_out=rest if len(rest) < len(self.left_out) else (*rest, row.finding))


class PlanRow(Struct, frozen=True, eq=False):
    """A step in a line.

    `saves_bytes` is what it saves beside the other chosen ones, None where it is not chosen; `alone_bytes` is what it
    would save if nothing else did. `after_bytes` is the image after it and all chosen ones above.
    """

    finding: Finding | None
    candidate: Candidate | None
    title: str
    who: str
    saves_bytes: int | None
    alone_bytes: int | None
    after_bytes: int | None
    step: PlanStep | None


def first_choice(analysis: Analysis) -> PlanChoice:
    """Every step of the recommended plan."""
    candidate = analysis.recommended or next(iter(analysis.candidates), None)
    return PlanChoice(candidate, analysis.recommended is not None)


def next_candidate(analysis: Analysis, choice: PlanChoice) -> PlanChoice:
    """The same with the next of all bases that could be switched to."""
    candidates = analysis.candidates
    places = [place for place, item in enumerate(candidates) if item is choice.candidate]
    if not places:
        return choice
    return replace(choice, candidate=next(islice(cycle(candidates), places[0] + 1, None)), is_switched=True)


def all_or_none(analysis: Analysis, choice: PlanChoice) -> PlanChoice:
    """Every step, or no step where every one is chosen already."""
    is_all = not choice.left_out and (choice.is_switched or choice.candidate is None)
    left_out = plannable(analysis.findings) if is_all else ()
    return replace(choice, is_switched=not is_all and choice.candidate is not None, left_out=left_out)


def chosen_plan(analysis: Analysis, choice: PlanChoice) -> Plan:
    """What the chosen steps come to; no byte is saved twice."""
    findings = [finding for finding in analysis.findings if not any(finding is item for item in choice.left_out)]
    return make_plan(analysis.index, analysis.transfer, choice.candidate if choice.is_switched else None, findings)


def plan_rows(analysis: Analysis, choice: PlanChoice, plan: Plan, *, is_transfer: bool) -> list[PlanRow]:
    """The steps in an order that does not change with what is chosen, so that the cursor stays where it is."""
    steps = {id(step.finding): step for step in plan.steps}
    left_bytes = analysis.transfer_bytes if is_transfer else analysis.index.stored_bytes
    rows = []
    for finding in _in_order(analysis, choice):
        step = steps.get(id(finding))
        is_chosen = _is_chosen(choice, finding)
        saves_bytes = _saves(step, is_transfer=is_transfer) if is_chosen else None
        if left_bytes is not None and saves_bytes is not None:
            left_bytes -= saves_bytes
        rows.append(
            PlanRow(
                finding,
                None if finding else choice.candidate,
                _title(finding, choice.candidate),
                _who(finding, choice.candidate),
                saves_bytes,
                None if is_transfer else _alone(finding, choice.candidate),
                left_bytes if is_chosen else None,
                step,
            )
        )
    return rows


def prediction(analysis: Analysis, plan: Plan) -> str:
    """The image before and after the plan, in bytes and as the time of a pull."""
    before_bytes, after_bytes = analysis.index.stored_bytes, plan.predicted_stored_bytes
    less = human_share(plan.saves_bytes, before_bytes)
    text = f"{human_bytes(before_bytes)} > {human_bytes(after_bytes)} stored, {less} less"
    wire_bytes = plan.predicted_transfer_bytes_estimate
    if analysis.transfer_bytes is None or wire_bytes is None:
        return text
    about = "" if analysis.transfer.measured_bytes is not None else "~"
    pulls = [human_seconds(analysis.gate.pull_seconds(count)) for count in (analysis.transfer_bytes, wire_bytes)]
    return f"{text}; pull {about}{' > ~'.join(pulls)}"


def _in_order(analysis: Analysis, choice: PlanChoice) -> list[Finding | None]:
    """The switch is None, at the place that the recommended plan gives it, else first."""
    planned: list[Finding | None] = [step.finding for step in analysis.plan.steps]
    rest = [item for item in plannable(analysis.findings) if not any(item is other for other in planned)]
    ordered = [*planned, *sorted(rest, key=lambda item: -item.claimed_bytes)]
    if choice.candidate is not None and None not in ordered:
        ordered.insert(0, None)
    return ordered


def _is_chosen(choice: PlanChoice, finding: Finding | None) -> bool:
    return choice.is_switched if finding is None else not any(finding is item for item in choice.left_out)


def _saves(step: PlanStep | None, *, is_transfer: bool) -> int | None:
    if step is None:
        return 0
    return step.saves_transfer_bytes_estimate if is_transfer else step.saves_bytes


def _alone(finding: Finding | None, candidate: Candidate | None) -> int | None:
    if finding is not None:
        return finding.claimed_bytes
    return candidate.saves_bytes if candidate else None


def _title(finding: Finding | None, candidate: Candidate | None) -> str:
    if finding is not None:
        return headline(finding)
    return f"build on {safe_text(candidate.label)}" if candidate else ""


def _who(finding: Finding | None, candidate: Candidate | None) -> str:
    """How sure the step is: a base's verdict, or a finding's confidence."""
    if finding is not None:
        return {"high": "sure", "medium": "likely", "low": "maybe"}[finding.confidence.value]
    return candidate.verdict.value if candidate else ""
