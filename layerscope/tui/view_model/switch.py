"""What the screen Switch shows: the base, what the workload needs of it, and what could take its place."""

from collections.abc import Iterator

import numpy as np
from msgspec import Struct

from layerscope.analysis import Analysis
from layerscope.base_image.detected import DetectedBase
from layerscope.needs.system_need import Certainty, SystemNeed
from layerscope.switching.candidate import Addition, Candidate
from layerscope.tui.view_model.detail import Detail, Section, section
from layerscope.tui.view_model.file_rows import FileRows
from layerscope.units import human_bytes, human_seconds, safe_text

_NAMES = {"none": "no CUDA", "cpu-wheels": "CPU wheels"}
_NEEDS_SHOWN = 100
_PATHS_SHOWN = 3


class CandidateColumn(Struct, frozen=True):
    """One base beside the others; the image would have these bytes on it. `pull` is a time for people."""

    name: str
    is_recommended: bool
    stored_bytes: int
    saves_bytes: int
    transfer_bytes: int | None
    pull: str
    keeps: str
    to_add: str
    to_set: str
    stages: str
    candidate: Candidate


def candidate_columns(analysis: Analysis) -> tuple[CandidateColumn, ...]:
    """Every candidate, in their own order: safe ones first, then what saves most."""
    return tuple(_column(analysis, candidate) for candidate in analysis.candidates)


def pull_text(analysis: Analysis, transfer_bytes: int | None) -> str:
    """How long a pull takes, about; `-` where nothing is known of the wire."""
    seconds = analysis.gate.pull_seconds(transfer_bytes)
    return "-" if seconds is None else human_seconds(seconds)


def candidate_detail(analysis: Analysis, candidate: Candidate) -> Detail:
    """What speaks for a candidate or against it, what to do, and what would go."""
    two = "Today's base stays as the stage that compiles; the result is copied." if candidate.needs_two_stages else ""
    return Detail(
        f"{safe_text(candidate.label)}: {candidate.verdict.value}",
        (
            *section("Evidence", *map(safe_text, candidate.evidence)),
            *section("To add", *(_addition_text(item) for item in candidate.add)),
            *section("To set", *map(safe_text, candidate.environment)),
            *section("Two stages", two),
            *section("Dockerfile", *map(safe_text, candidate.dockerfile), is_code=True),
            *section("CUDA packages that stay", safe_text(", ".join(candidate.keep))),
        ),
        removed_files(analysis, candidate),
    )


def removed_files(analysis: Analysis, candidate: Candidate) -> FileRows:
    """What a candidate would take away, the biggest first."""
    rows = candidate.removed_rows
    order = np.lexsort((rows, -analysis.index.sizes[rows]))
    return FileRows(analysis, rows[order].tolist())


def base_detail(analysis: Analysis) -> Detail:
    """What the base is, and who says so."""
    base = analysis.detected_base
    if base is None:
        return Detail("No base was recognised", section("Layers", *map(safe_text, analysis.base.evidence)))
    agree = (f"{item.source}: {safe_text(item.text)}" for item in base.evidence if item.agrees)
    disagree = (f"{item.source}: {safe_text(item.text)}" for item in base.evidence if not item.agrees)
    return Detail(
        f"Today's base: {base_name(base)}",
        (
            *section("Confidence", base.confidence.value),
            *section("Variant", safe_text(base.variant or "")),
            *section("CUDA", safe_text(base.cuda or "")),
            *section("System", safe_text(" ".join(filter(None, (base.os, base.architecture))))),
            *section("Layers", f"{base.layers[0]} to {base.layers[-1]}" if base.layers else ""),
            *section("Built on", base_name(base.parent) if base.parent else ""),
            *section("Witnesses for it", *agree),
            *section("Against it", *disagree),
        ),
    )


def base_name(base: DetectedBase) -> str:
    """A base's name as people write it."""
    return safe_text(base.title)


def needs_detail(analysis: Analysis) -> Detail:
    """Everything that the workload needs of the system's CUDA, certain needs first."""
    needs = sorted(analysis.needs, key=lambda need: (need.certainty is not Certainty.CERTAIN, need.what))
    left_out = len(needs) - _NEEDS_SHOWN
    if not needs:
        none = "No package, source file or setting is known to ask for the system's CUDA; programs may still load it."
        return Detail("What the workload needs", section("", none))
    return Detail(
        "What the workload needs of the system's CUDA",
        (
            *(_need_section(analysis, need) for need in needs[:_NEEDS_SHOWN]),
            *section("", f"and {left_out} more" if left_out > 0 else ""),
        ),
    )


def why_none(analysis: Analysis) -> str:
    """Why there is no candidate."""
    base = analysis.detected_base
    if base is None:
        return "No other base can be weighed: nothing tells which base this image has."
    if base.cuda is None and (base.parent is None or base.parent.cuda is None):
        return "The base brings no CUDA of its own, so another variant would spare nothing."
    return "No other base would spare anything."


def _column(analysis: Analysis, candidate: Candidate) -> CandidateColumn:
    transfer_bytes = candidate.predicted_transfer_bytes_estimate
    return CandidateColumn(
        _NAMES.get(candidate.variant, safe_text(candidate.variant)),
        candidate is analysis.recommended,
        candidate.predicted_stored_bytes,
        candidate.saves_bytes,
        transfer_bytes,
        pull_text(analysis, transfer_bytes),
        _count(len(candidate.keep), "package"),
        _to_add(candidate),
        _count(len(candidate.environment), "variable"),
        "two" if candidate.needs_two_stages else "one",
        candidate,
    )


def _count(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}" if count else "nothing"


def _to_add(candidate: Candidate) -> str:
    """How many packages, and how many more that only their owner knows to be wanted."""
    certain = len(candidate.certain_additions)
    possible = len(candidate.add) - certain
    if not possible:
        return _count(certain, "package")
    return f"{certain}, {possible} if used" if certain else f"{possible} if used"


def _addition_text(item: Addition) -> str:
    size = "" if item.stored_bytes is None else f" ({human_bytes(item.stored_bytes)})"
    when = "" if item.is_certain else "if used: "
    return f"{when}{safe_text(item.what)}{size}, {safe_text(item.why)}"


def _need_section(analysis: Analysis, need: SystemNeed) -> Section:
    paths = tuple(_paths(analysis, need.wanted_by))
    met = "" if need.met_by else "This image lacks it today."
    lines = (safe_text(need.why), *map(safe_text, need.evidence), *paths, met)
    return Section(f"{safe_text(need.what)} ({need.certainty.value}, {need.kind.value})", tuple(filter(None, lines)))


def _paths(analysis: Analysis, rows: tuple[int, ...]) -> Iterator[str]:
    for row in rows[:_PATHS_SHOWN]:
        yield f"wanted by /{safe_text(analysis.index.path(row))}"
    if len(rows) > _PATHS_SHOWN:
        yield f"and by {len(rows) - _PATHS_SHOWN} more"
