"""Rows of the screen Packages: who brought which bytes into which layers."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

import numpy as np

from layerscope.analysis import Analysis
from layerscope.index.owners import UNOWNED
from layerscope.layers.columns import Integers
from layerscope.layers.entry import Kind
from layerscope.tui.view_model.file_rows import FileRows
from layerscope.units import safe_text

NO_MANAGER = "none"


class Origin(Enum):
    """Whose layers something lies in, which is who can change it."""

    BASE = "base"
    OWN = "yours"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class PackageRow:
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


@dataclass(frozen=True, slots=True)
class ManagerRow:
    """All packages of one manager."""

    manager: str
    packages: int
    files: int
    stored_bytes: int
    transfer_bytes: int | None


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


def manager_rows(rows: Iterable[PackageRow]) -> tuple[ManagerRow, ...]:
    """The packages added up by manager, biggest first; what no package brought counts none."""
    by_manager: dict[str, list[PackageRow]] = {}
    for row in rows:
        by_manager.setdefault(row.manager, []).append(row)
    made = [
        ManagerRow(
            manager,
            sum(row.number != UNOWNED for row in same),
            sum(row.files for row in same),
            sum(row.stored_bytes for row in same),
            add_known(row.transfer_bytes for row in same),
        )
        for manager, same in by_manager.items()
    ]
    return tuple(sorted(made, key=lambda row: (-row.stored_bytes, row.manager)))


def package_files(analysis: Analysis, number: int) -> FileRows:
    """The entries of one package, biggest first."""
    index = analysis.index
    rows = np.flatnonzero((analysis.owners.of_rows == number) & (index.kinds != Kind.DIRECTORY))
    order = np.lexsort((rows, -index.sizes[rows]))
    return FileRows(analysis, rows[order].tolist())


def origin_of(analysis: Analysis, layers: Iterable[int]) -> Origin | None:
    """Whose layers these are; None for no layers, and where nothing tells the base's layers."""
    base = analysis.base
    from_base = {layer < base.count for layer in layers}
    if not from_base or not (base.count or base.evidence):
        return None
    if len(from_base) == 2:
        return Origin.BOTH
    return Origin.BASE if from_base.pop() else Origin.OWN


def add_known(values: Iterable[int | None]) -> int | None:
    """A sum; None where any part is unknown."""
    total = 0
    for value in values:
        if value is None:
            return None
        total += value
    return total


def _transfers(analysis: Analysis) -> Integers | None:
    """Bytes on the wire by package, those of no package in the last place, where -1 leads to."""
    of_rows = analysis.transfer.of_rows
    if of_rows is None:
        return None
    sums = np.zeros(len(analysis.owners.packages) + 1, dtype=np.int64)
    np.add.at(sums, analysis.owners.of_rows, of_rows)
    return sums


def _unowned(analysis: Analysis, transfers: Integers | None) -> list[PackageRow]:
    index = analysis.index
    rows = np.flatnonzero((analysis.owners.of_rows == UNOWNED) & (index.kinds != Kind.DIRECTORY))
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
