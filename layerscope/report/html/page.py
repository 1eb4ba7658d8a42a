"""What the page shows beside the analysis itself: figures in words, places in bars, the data of the treemap."""

from collections.abc import Iterator

import numpy as np
from msgspec import Struct

from layerscope.analysis import Analysis, LayerTotals
from layerscope.detectors.detector import Group
from layerscope.index.apply import LIVE
from layerscope.layers.entry import Kind
from layerscope.oci.instruction import clean_instruction
from layerscope.report.html.file_tree import build_tree, pruned
from layerscope.report.shares import share_layers
from layerscope.units import human_bandwidth, human_bytes, human_seconds, human_share

_TREE_LIMIT_BYTES = 1_200_000
_LARGEST_FILES = 50


class Figure(Struct, frozen=True):
    """One of the figures at the top: what it is, how much, and what that means."""

    label: str
    value: str
    note: str


class LayerRow(Struct, frozen=True):
    """A layer, and where its bytes begin in the bar of all layers, in bytes; `of_base` is None where not known."""

    total: LayerTotals
    start_bytes: int
    transfer_bytes: int | None
    of_base: bool | None
    instruction: str
    line: int | None

    @property
    def position(self) -> int:
        """The layer's place in the image, 0 for the bottom."""
        return self.total.layer.position


class FileRow(Struct, frozen=True):
    """A large file of a layer."""

    path: bytes
    size_bytes: int
    transfer_bytes: int | None
    layer: int
    hidden_by: int | None
    category: str


def figures(analysis: Analysis) -> Iterator[Figure]:
    """The sizes of the image, and what it would be after the plan."""
    index, plan = analysis.index, analysis.plan
    stored_bytes = index.stored_bytes
    layers = _counted(len(analysis.layer_totals), "layer")
    yield Figure("stored", human_bytes(stored_bytes), f"{layers}, {_counted(len(index), 'entry', 'entries')}")
    yield Figure("to pull", transfer_text(analysis), _pull(analysis))
    yield Figure("live", human_bytes(index.live_bytes), "visible in a container")
    superseded = human_share(index.superseded_bytes, stored_bytes)
    yield Figure("superseded", human_bytes(index.superseded_bytes), f"shipped but invisible, {superseded}")
    duplicate = human_share(index.duplicate_bytes, stored_bytes)
    yield Figure("duplicate", human_bytes(index.duplicate_bytes), f"there more than once, {duplicate}")
    if plan.steps:
        saved = f"saves {human_bytes(plan.saves_bytes)} in {_counted(len(plan.steps), 'step')}"
        yield Figure("after the plan", human_bytes(plan.predicted_stored_bytes), saved)


def transfer_text(analysis: Analysis) -> str:
    """What a pull fetches, with a ~ where that is an estimate; `-` where it is not known."""
    about = "" if analysis.transfer.measured_bytes is not None or analysis.transfer_bytes is None else "~"
    return about + human_bytes(analysis.transfer_bytes)


def _pull(analysis: Analysis) -> str:
    if analysis.transfer_bytes is None:
        return "not known of this source"
    seconds = human_seconds(analysis.gate.pull_seconds(analysis.transfer_bytes))
    how = "measured" if analysis.transfer.measured_bytes is not None else "estimated from samples as gzip"
    return f"{seconds} at {human_bandwidth(analysis.gate.bandwidth_bits_per_second)}, {how}"


def _counted(count: int, what: str, many: str = "") -> str:
    return f"{count:,} {what if count == 1 else many or what + 's'}"


def base_name(analysis: Analysis) -> str | None:
    """What is known of the base image, in a few words."""
    base = analysis.detected_base
    if base is None:
        return None
    named = base.tag and f"{base.name}:{base.tag}"
    return named or " ".join(part for part in (base.name, base.variant, base.cuda, base.os) if part)


def layer_rows(analysis: Analysis) -> list[LayerRow]:
    """The layers from the bottom."""
    rows, start_bytes = [], 0
    base = analysis.base
    for total, transfer_bytes in zip(analysis.layer_totals, share_layers(analysis), strict=True):
        position, history = total.layer.position, total.layer.history
        of_base = position < base.count if base.count or base.evidence else None
        instruction = clean_instruction(history.created_by) if history else ""
        line = analysis.dockerfile.line_of(position) if analysis.dockerfile else None
        rows.append(LayerRow(total, start_bytes, transfer_bytes, of_base, instruction, line))
        start_bytes += total.content_bytes
    return rows


def largest_files(analysis: Analysis) -> list[FileRow]:
    """The files with the most stored bytes, for readers without the treemap."""
    index, classification, of_rows = analysis.index, analysis.classification, analysis.transfer.of_rows
    order = np.lexsort((np.arange(len(index)), -index.sizes))[:_LARGEST_FILES]
    return [
        FileRow(
            b"/" + index.path(row),
            int(index.sizes[row]),
            None if of_rows is None else int(of_rows[row]),
            int(index.layers[row]),
            None if index.hidden_by[row] == LIVE else int(index.hidden_by[row]),
            classification.detectors[int(classification.of_rows[row])].title,
        )
        for row in order.tolist()
        if index.sizes[row] and index.kinds[row] == Kind.FILE
    ]


def files_data(analysis: Analysis) -> dict[str, object]:
    """What the treemap is drawn from."""
    root, scale = build_tree(analysis)
    groups = list(Group)
    return {
        "groups": [group.value for group in groups],
        "categories": [
            {"title": item.title, "group": groups.index(item.group)} for item in analysis.classification.detectors
        ],
        "hasTransfer": scale.transfer_bytes > 0,
        "isEstimate": analysis.transfer.measured_bytes is None,
        "tree": pruned(root, scale, _TREE_LIMIT_BYTES),
    }
