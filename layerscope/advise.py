"""The plan: the switch of the base and the findings in one row, no byte saved twice, the largest saving first."""

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from layerscope.findings.finding import Finding
from layerscope.findings.reclaim import Ledger
from layerscope.index.file_index import FileIndex
from layerscope.layers.columns import Integers
from layerscope.switching.candidate import Candidate
from layerscope.transfer import Transfer

SWITCH = "switch"


class PlanStep(Struct, frozen=True, eq=False):
    """One step, either a finding to mend or the switch to another base; the predictions are for all steps up to it.

    `id` tells it from the other steps, and is the same for the same step of another plan.
    """

    id: str
    title: str
    finding: Finding | None
    switch: Candidate | None
    saves_bytes: int
    saves_transfer_bytes_estimate: int | None
    predicted_stored_bytes: int
    predicted_transfer_bytes_estimate: int | None
    dockerfile: tuple[str, ...]


class Plan(Struct, frozen=True, eq=False):
    """All steps, and what the image would be after them."""

    steps: tuple[PlanStep, ...]
    saves_bytes: int
    predicted_stored_bytes: int
    predicted_transfer_bytes_estimate: int | None


def make_plan(index: FileIndex, transfer: Transfer, switch: Candidate | None, findings: Sequence[Finding]) -> Plan:
    """What these steps save together; what the switch takes away no finding saves a second time.

    Left out are findings that only another base could mend, and those of which nothing is left to save.
    """
    ledger = Ledger(index)
    of_rows = transfer.of_rows
    steps = [_switch_step(ledger, switch, index, of_rows)] if switch else []
    steps += _finding_steps(ledger, findings, index, of_rows)
    saving = sorted((step for step in steps if step.saves_bytes > 0), key=lambda step: (-step.saves_bytes, step.id))
    wire_bytes = None if of_rows is None else int(of_rows.sum())
    return _added_up(saving, index.stored_bytes, wire_bytes)


def plannable(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings that the image's own Dockerfile can mend, with something to save."""
    return tuple(item for item in findings if item.is_promised and item.who_can_fix == "image" and item.claimed_bytes)


def step_ids(findings: Sequence[Finding]) -> tuple[str, ...]:
    """A name for each finding among others: the rule's, with its subject, with a number where that is not enough."""
    names = [f"{item.rule.id}:{item.subject}" if item.subject else item.rule.id for item in findings]
    seen: Counter[str] = Counter()
    ids = []
    for name in names:
        seen[name] += 1
        ids.append(name if seen[name] == 1 else f"{name}#{seen[name]}")
    return tuple(ids)


def _switch_step(ledger: Ledger, switch: Candidate, index: FileIndex, of_rows: Integers | None) -> PlanStep:
    saved = ledger.take_whole(switch.removed_rows)
    title = f"Build on {switch.label}"
    wire_bytes = _wire_bytes(switch.removed_rows, saved, index, of_rows)
    return _step(SWITCH, title, int(saved.sum()), wire_bytes, switch.dockerfile, switch=switch)


def _finding_steps(
    ledger: Ledger, findings: Sequence[Finding], index: FileIndex, of_rows: Integers | None
) -> Iterator[PlanStep]:
    """In the order of the rules, as they were promised: of two that claim a byte the same one has it."""
    chosen = plannable(findings)
    named = sorted(zip(step_ids(chosen), chosen, strict=True), key=lambda pair: (pair[1].rule.order, pair[1].rule.id))
    for name, finding in named:
        rows = np.array(finding.rows, dtype=np.int64)
        claimed = np.array(finding.claimed_of_rows, dtype=np.int64)
        is_whole = claimed == index.sizes[rows]
        saved = np.zeros(len(rows), dtype=np.int64)
        saved[is_whole] = ledger.take(rows[is_whole])
        for position in np.flatnonzero(~is_whole).tolist():
            saved[position] = ledger.take_part(int(rows[position]), int(claimed[position]))
        title = f"{finding.rule.title} ({finding.subject})" if finding.subject else finding.rule.title
        wire_bytes = _wire_bytes(rows, saved, index, of_rows)
        yield _step(name, title, int(saved.sum()), wire_bytes, finding.dockerfile, finding=finding)


def _step(
    name: str,
    title: str,
    saves_bytes: int,
    wire_bytes: int | None,
    dockerfile: tuple[str, ...],
    *,
    finding: Finding | None = None,
    switch: Candidate | None = None,
) -> PlanStep:
    return PlanStep(name, title, finding, switch, saves_bytes, wire_bytes, 0, None, dockerfile)


def _wire_bytes(rows: Integers, saved: Integers, index: FileIndex, of_rows: Integers | None) -> int | None:
    """What a pull no longer fetches; of files that go in part, in proportion."""
    if of_rows is None:
        return None
    sizes = np.maximum(index.sizes[rows], 1)
    # What a file has in headers goes only with the whole of it, and a row without content is nothing but header.
    is_gone = (saved > 0) | (index.sizes[rows] == 0)
    return int(np.where(is_gone, of_rows[rows] * np.where(saved > 0, saved, 1) // sizes, 0).sum())


def _added_up(steps: Sequence[PlanStep], stored_bytes: int, wire_bytes: int | None) -> Plan:
    counted = []
    left_bytes, left_wire_bytes = stored_bytes, wire_bytes
    for step in steps:
        left_bytes -= step.saves_bytes
        if left_wire_bytes is not None and step.saves_transfer_bytes_estimate is not None:
            left_wire_bytes -= step.saves_transfer_bytes_estimate
        counted.append(
            replace(step, predicted_stored_bytes=left_bytes, predicted_transfer_bytes_estimate=left_wire_bytes)
        )
    return Plan(tuple(counted), stored_bytes - left_bytes, left_bytes, left_wire_bytes)
