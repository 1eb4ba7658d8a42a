"""Rows of the screen Packages: who brought which bytes into which layers."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum

import numpy as np
from msgspec import Struct

from layerscope.analysis import Analysis
from layerscope.index.owners import UNOWNED
from layerscope.layers.columns import Integers
from layerscope.layers.entry import Kind
from layerscope.tui.view_model.detail import Detail, section
from layerscope.tui.view_model.file_rows import FileRows
from layerscope.units import human_bytes, safe_text

NO_MANAGER = "none"
_CATEGORIES_SHOWN = 6


class Origin(Enum):
    """Whose layers something lies in, which is who can change it."""

    BASE = "base"
    OWN = "yours"
    BOTH = "both"


class PackageRow(Struct, frozen=True):
    """A package; `number` is its position among the owners, -1 for the row of what no package brought."""

    number: int
    manager: str
    name: str
    version: str
    files: int
    stored_bytes: int
    live_bytes: int
    transfer_bytes: int | None
    layers: tuple[int, ...]
    origin: Origin | None


def package_rows(analysis: Analysis) -> tuple[PackageRow, ...]:
    """Every package, biggest first, and one row for what none of them brought."""
    transfers = _transfers(analysis)
    numbers = {package: number for number, package in enumerate(analysis.owners.packages)}
    rows = [
        PackageRow(
            number,
            safe_text(total.package.manager),
            safe_text(total.package.name),
            safe_text(total.package.version),
            total.files,
            total.stored_bytes,
            total.live_bytes,
            None if transfers is None else int(transfers[number]),
            total.layers,
            origin_of(analysis, total.layers),
        )
        for total in analysis.package_totals
        for number in (numbers[total.package],)
    ]
    return tuple(sorted((*rows, *_unowned(analysis, transfers)), key=lambda row: -row.stored_bytes))


def bytes_by_manager(rows: Iterable[PackageRow]) -> list[tuple[str, int]]:
    """The stored bytes of each manager's packages, the most first."""
    sums: Counter[str] = Counter()
    for row in rows:
        sums[row.manager] += row.stored_bytes
    return sums.most_common()


def package_detail(analysis: Analysis, row: PackageRow) -> Detail:
    """What a package takes, in which layers, what could go of it, and its files."""
    seen = "" if row.live_bytes == row.stored_bytes else f", live {human_bytes(row.live_bytes)}"
    wire = "" if row.transfer_bytes is None else f", on the wire {human_bytes(row.transfer_bytes)}"
    whose = {Origin.BASE: "the base's", Origin.OWN: "yours", Origin.BOTH: "the base's and yours", None: ""}[row.origin]
    return Detail(
        f"{row.name} {row.version}".rstrip(),
        (
            *section("Brought by", row.manager if row.number != UNOWNED else "no package manager"),
            *section("Size", f"stored {human_bytes(row.stored_bytes)}{seen}{wire}"),
            *section("Layers", ", ".join(filter(None, (_ranges(row.layers), whose)))),
            *section("What it is", *_categories(analysis, row.number)),
        ),
        package_files(analysis, row.number),
    )


def package_files(analysis: Analysis, number: int) -> FileRows:
    """The entries of one package, biggest first."""
    rows = _rows_of(analysis, number)
    order = np.lexsort((rows, -analysis.index.sizes[rows]))
    return FileRows(analysis, rows[order].tolist())


def layers_text(layers: Sequence[int]) -> str:
    """Positions of layers in few characters: `3`, `1, 4`, `12 layers`."""
    return ", ".join(map(str, layers)) if len(layers) <= 2 else f"{len(layers)} layers"


def origin_of(analysis: Analysis, layers: Iterable[int]) -> Origin | None:
    """Whose layers these are; None for no layers, and where nothing tells the base's layers."""
    base = analysis.base
    from_base = {layer < base.count for layer in layers}
    if not from_base or not (base.count or base.evidence):
        return None
    if len(from_base) == 2:
        return Origin.BOTH
    return Origin.BASE if from_base.pop() else Origin.OWN


def _transfers(analysis: Analysis) -> Integers | None:
    """Bytes on the wire by package, those of no package in the last place, where -1 leads to."""
    of_rows = analysis.transfer.of_rows
    if of_rows is None:
        return None
    sums = np.zeros(len(analysis.owners.packages) + 1, dtype=np.int64)
    np.add.at(sums, analysis.owners.of_rows, of_rows)
    return sums


def _ranges(layers: Sequence[int]) -> str:
    """Ascending positions with those that follow on one another together: `0 to 3, 7`."""
    starts = [layer for layer in layers if layer - 1 not in layers]
    ends = [layer for layer in layers if layer + 1 not in layers]
    pairs = zip(starts, ends, strict=True)
    return ", ".join(str(start) if start == end else f"{start} to {end}" for start, end in pairs)


def _rows_of(analysis: Analysis, number: int) -> Integers:
    return np.flatnonzero((analysis.owners.of_rows == number) & (analysis.index.kinds != Kind.DIRECTORY))


def _categories(analysis: Analysis, number: int) -> Iterator[str]:
    """The categories that take most of a package."""
    rows, classification = _rows_of(analysis, number), analysis.classification
    sums = np.zeros(len(classification.detectors), dtype=np.int64)
    np.add.at(sums, classification.of_rows[rows], analysis.index.sizes[rows])
    for rank in np.argsort(-sums, kind="stable")[:_CATEGORIES_SHOWN].tolist():
        if sums[rank]:
            yield f"{human_bytes(int(sums[rank]))}  {classification.detectors[rank].title}"


def _unowned(analysis: Analysis, transfers: Integers | None) -> list[PackageRow]:
    index, rows = analysis.index, _rows_of(analysis, UNOWNED)
    if not len(rows):
        return []
    layers = tuple(np.unique(index.layers[rows]).tolist())
    hidden = index.sizes[rows][index.hidden_by[rows] >= 0]
    stored_bytes = analysis.unowned_by_packages_bytes
    return [
        PackageRow(
            UNOWNED,
            NO_MANAGER,
            "no package",
            "",
            len(rows),
            stored_bytes,
            stored_bytes - int(hidden.sum()),
            None if transfers is None else int(transfers[UNOWNED]),
            layers,
            origin_of(analysis, layers),
        )
    ]
