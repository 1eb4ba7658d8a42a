"""What the Overview shows: sizes, where they come from, what they are, and what to do."""

import numpy as np
from msgspec import Struct

from layerscope.analysis import Analysis
from layerscope.checks.check import Status
from layerscope.detectors.detector import Detector
from layerscope.findings.finding import Finding
from layerscope.layers.columns import Integers
from layerscope.report.finding_text import headline
from layerscope.units import human_bytes, human_share, safe_text

_LEAST_SHARE = 0.008
_MOST_TILES = 24


class FindingRow(Struct, frozen=True):
    """A finding in a line."""

    finding: Finding
    saves: str
    where: str
    text: str


class CategoryTile(Struct, frozen=True):
    """A category by its bytes; None for all that are too small to be seen."""

    detector: Detector | None
    size_bytes: int
    label: str


def size_facts(analysis: Analysis) -> list[tuple[str, str]]:
    """The sizes that the header does not tell."""
    index = analysis.index
    stored_bytes = index.stored_bytes
    return [
        ("live", human_bytes(index.live_bytes)),
        ("superseded", f"{human_bytes(index.superseded_bytes)} {human_share(index.superseded_bytes, stored_bytes)}"),
        ("duplicate", f"{human_bytes(index.duplicate_bytes)} {human_share(index.duplicate_bytes, stored_bytes)}"),
    ]


def base_text(analysis: Analysis) -> str:
    """Which base is under the image, as far as that is known."""
    return safe_text(analysis.detected_base.title) if analysis.detected_base else "unknown base"


def switch_text(analysis: Analysis) -> str | None:
    """The base to build on instead; None where nothing is known of others."""
    best = analysis.recommended
    if best is not None:
        return f"{safe_text(best.label)} saves {human_bytes(best.saves_bytes)}, {best.verdict.value}"
    return "none that saves anything and breaks nothing" if analysis.candidates else None


def plan_text(analysis: Analysis) -> str | None:
    """What all steps together come to."""
    plan = analysis.plan
    if not plan.steps:
        return None
    wire_bytes = plan.predicted_transfer_bytes_estimate
    wire = "" if wire_bytes is None else f", ~{human_bytes(wire_bytes)} on the wire"
    steps = "1 step" if len(plan.steps) == 1 else f"{len(plan.steps)} steps"
    return f"{steps} save {human_bytes(plan.saves_bytes)}, leave {human_bytes(plan.predicted_stored_bytes)}{wire}"


def checks_text(analysis: Analysis) -> str | None:
    """How the image stands to what is demanded; None where nothing is."""
    gate = analysis.gate
    counts = [f"{gate.count(status)} {status.value}" for status in Status if gate.count(status)]
    return ", ".join(counts) or None


def category_tiles(analysis: Analysis, sizes: Integers) -> list[CategoryTile]:
    """The categories, biggest first, and one tile for all small ones; `sizes` are of the index's rows."""
    detectors = analysis.classification.detectors
    totals = np.zeros(len(detectors), dtype=np.int64)
    np.add.at(totals, analysis.classification.of_rows, sizes)
    whole_bytes = int(totals.sum())
    ranks = [rank for rank in np.argsort(-totals, kind="stable").tolist() if totals[rank]]
    large = [rank for rank in ranks if totals[rank] >= _LEAST_SHARE * whole_bytes][:_MOST_TILES]
    tiles = [CategoryTile(detectors[rank], int(totals[rank]), detectors[rank].title) for rank in large]
    rest_bytes = whole_bytes - sum(tile.size_bytes for tile in tiles)
    if rest_bytes:
        tiles.append(CategoryTile(None, rest_bytes, f"{len(ranks) - len(large)} others"))
    return sorted(tiles, key=lambda tile: -tile.size_bytes)


def largest_row(analysis: Analysis, detector: Detector) -> int | None:
    """The row with the most bytes of a category."""
    rank = analysis.classification.detectors.index(detector)
    rows = np.flatnonzero(analysis.classification.of_rows == rank)
    return int(rows[analysis.index.sizes[rows].argmax()]) if len(rows) else None


def finding_rows(analysis: Analysis) -> list[FindingRow]:
    """The findings that save something, the most first."""
    return [
        FindingRow(finding, human_bytes(finding.reclaimable_bytes), where(finding), headline(finding))
        for finding in analysis.findings
        if finding.reclaimable_bytes
    ]


def where(finding: Finding) -> str:
    """Which layer to change, or that only another base helps."""
    if finding.who_can_fix == "base":
        return "base"
    if len(finding.layers) > 2:
        return f"{len(finding.layers)} layers"
    return "layer " + ", ".join(map(str, finding.layers)) if finding.layers else ""
