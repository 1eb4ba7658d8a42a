"""Rows of the screen Waste: findings, bytes that are shipped but invisible, and what is there more than once."""

from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from layerscope.analysis import Analysis
from layerscope.findings.finding import Finding
from layerscope.findings.rule import Confidence
from layerscope.index.duplicates import DuplicateGroup
from layerscope.index.superseded import SupersededGroup
from layerscope.oci.instruction import clean_instruction
from layerscope.report.finding_text import headline
from layerscope.tui.view_model.advice import advice_about
from layerscope.tui.view_model.detail import Detail, section
from layerscope.tui.view_model.file_rows import FileRows
from layerscope.tui.view_model.libraries import owner_text
from layerscope.twins import FunctionalDuplicate
from layerscope.units import human_bytes, safe_text

SURE = {Confidence.HIGH: "sure", Confidence.MEDIUM: "likely", Confidence.LOW: "maybe"}
_COPIES_NAMED = 50
_WHO = {"image": "your Dockerfile", "base": "only another base image"}


Duplicate = DuplicateGroup | FunctionalDuplicate


class FindingRow(Struct, frozen=True):
    """A finding in a line; `saves_transfer_bytes` is None where nothing is known of the wire."""

    title: str
    rule: str
    saves_bytes: int
    saves_transfer_bytes: int | None
    files: int
    layers: tuple[int, ...]
    who_can_fix: str
    confidence: Confidence
    finding: Finding


class SupersededRow(Struct, frozen=True):
    """Bytes that one layer ships and one hides, for one reason."""

    why: str
    path: str
    size_bytes: int
    transfer_bytes: int | None
    files: int
    layer: int
    hidden_by: int
    group: SupersededGroup


class DuplicateRow(Struct, frozen=True):
    """One content, or one library in several contents, at several live places."""

    name: str
    is_exact: bool
    waste_bytes: int
    bytes_each: int
    copies: int
    group: Duplicate


def finding_rows(analysis: Analysis) -> tuple[FindingRow, ...]:
    """All findings in their own order: the most reclaimable bytes first, advice without bytes last."""
    return tuple(
        FindingRow(
            headline(finding),
            finding.rule.id,
            finding.reclaimable_bytes,
            _saved_transfer(analysis, finding),
            len(finding.rows),
            finding.layers,
            finding.who_can_fix,
            finding.confidence,
            finding,
        )
        for finding in analysis.findings
    )


def superseded_rows(analysis: Analysis) -> tuple[SupersededRow, ...]:
    """What is shipped but invisible, the most bytes first."""
    return tuple(
        SupersededRow(
            group.cause.reason,
            _path(analysis, group.rows[0]),
            group.superseded_bytes,
            _transfer_bytes(analysis, group.rows),
            len(group.rows),
            group.layer,
            group.hidden_by,
            group,
        )
        for group in analysis.index.superseded
    )


def duplicates(analysis: Analysis) -> list[Duplicate]:
    """Exact and functional duplicates together, the most waste first."""
    return sorted((*analysis.twins, *analysis.index.duplicates), key=lambda group: -group.waste_bytes)


def duplicate_names(analysis: Analysis, groups: Sequence[Duplicate]) -> list[str]:
    """What many duplicates are called: a library by its name and version, others by the path of a copy."""
    index = analysis.index
    paths = index.tree.paths.at(index.nodes[np.array([group.rows[0] for group in groups], dtype=np.int64)])
    return [
        f"/{safe_text(path)}" if isinstance(group, DuplicateGroup) else _library_name(group)
        for group, path in zip(groups, paths, strict=True)
    ]


def duplicate_row(analysis: Analysis, group: Duplicate) -> DuplicateRow:
    """One of them in a line; there may be very many, so each is made when it is looked at."""
    [name] = duplicate_names(analysis, [group])
    is_exact = isinstance(group, DuplicateGroup)
    each_bytes = int(analysis.index.sizes[group.rows[0]])
    return DuplicateRow(name, is_exact, group.waste_bytes, each_bytes, len(group.rows), group)


def finding_detail(analysis: Analysis, row: FindingRow) -> Detail:
    """Why it is a loss, what speaks for it, what to do, and which files it is about."""
    finding = row.finding
    saves = f"{human_bytes(row.saves_bytes)} stored"
    if row.saves_transfer_bytes is not None:
        saves += f", about {human_bytes(row.saves_transfer_bytes)} on the wire"
    return Detail(
        row.title,
        (
            *section("Saves", saves if row.saves_bytes else _saves_nothing(finding)),
            *section("Who can fix it", f"{_WHO[row.who_can_fix]}{_layers_text(row.layers)}"),
            *section("In your Dockerfile", analysis.dockerfile.place(row.layers) if analysis.dockerfile else ""),
            *section("Why", finding.rule.why),
            *section("Evidence", *map(safe_text, finding.evidence)),
            *section("What to do", safe_text(finding.fix)),
            *section("Dockerfile", *map(safe_text, finding.dockerfile), is_code=True),
            *section("Rule", f"{finding.rule.id}, {SURE[finding.confidence]}"),
        ),
        FileRows(analysis, finding.rows),
    )


def superseded_detail(analysis: Analysis, row: SupersededRow) -> Detail:
    """Which layer wrote the bytes, which one hides them, and which they are."""
    return Detail(
        f"{human_bytes(row.size_bytes)} {row.why}",
        (
            *section("Written by", f"layer {row.layer}  {instruction_text(analysis, row.layer)}"),
            *section("Hidden by", f"layer {row.hidden_by}  {instruction_text(analysis, row.hidden_by)}"),
            *section("What to do", *advice_about(analysis, row.group.rows)),
        ),
        FileRows(analysis, row.group.rows),
    )


def duplicate_detail(analysis: Analysis, group: Duplicate) -> Detail:
    """Where all copies lie and who brought each."""
    index, row = analysis.index, duplicate_row(analysis, group)
    what = "the same bytes" if row.is_exact else "one library in different bytes"
    names = [index.name_row(copy) for copy in row.group.rows[:_COPIES_NAMED]] + list(row.group.rows[_COPIES_NAMED:])
    return Detail(
        row.name,
        (
            *section("Copies", f"{row.copies} times {what}, {human_bytes(row.waste_bytes)} more than once"),
            *section("What to do", *advice_about(analysis, row.group.rows)),
        ),
        FileRows(analysis, names, lambda at: owner_text(analysis, at)),
    )


def _library_name(twin: FunctionalDuplicate) -> str:
    return safe_text(" ".join(filter(None, (twin.soname, twin.version))))


def instruction_text(analysis: Analysis, layer: int) -> str:
    """The instruction that made a layer, "" where the image does not say."""
    history = analysis.layer_totals[layer].layer.history
    return safe_text(clean_instruction(history.created_by)) if history else ""


def _saved_transfer(analysis: Analysis, finding: Finding) -> int | None:
    """The wire's share of what the fix saves, in proportion to the files' bytes."""
    transfer_bytes = _transfer_bytes(analysis, finding.rows)
    whole_bytes = int(analysis.index.sizes[np.array(finding.rows, dtype=np.int64)].sum())
    if transfer_bytes is None or not whole_bytes:
        return transfer_bytes
    return transfer_bytes * finding.reclaimable_bytes // whole_bytes


def _transfer_bytes(analysis: Analysis, rows: Sequence[int]) -> int | None:
    of_rows = analysis.transfer.of_rows
    return None if of_rows is None else int(of_rows[np.array(rows, dtype=np.int64)].sum())


def _saves_nothing(finding: Finding) -> str:
    if finding.claimed_bytes:
        return f"nothing that is not promised elsewhere; it points at {human_bytes(finding.claimed_bytes)}"
    return "no bytes of its own"


def _layers_text(layers: tuple[int, ...]) -> str:
    return f", layer {', '.join(map(str, layers))}" if layers else ""


def _path(analysis: Analysis, row: int) -> str:
    return f"/{safe_text(analysis.index.path(row))}"
