"""Checks of paths that no layer may ship."""

from collections.abc import Iterator

import numpy as np

from layerscope.budget.limit import UNREAD
from layerscope.budget.path_patterns import PathPatterns
from layerscope.checks.check import Check, Status, Unit
from layerscope.index.file_index import FileIndex
from layerscope.layers.columns import Integers
from layerscope.layers.entry import Kind
from layerscope.settings.budget import Budget
from layerscope.units import safe_text

_SHOWN = 3


def check_forbidden(index: FileIndex, budget: Budget, *, is_complete: bool) -> Iterator[Check]:
    """One check for each pattern; what a later layer hides is shipped all the same."""
    if not budget.forbidden:
        return
    is_shipped = (index.kinds != Kind.DIRECTORY) & (index.kinds != Kind.WHITEOUT) & (index.kinds != Kind.OPAQUE)
    rows = np.flatnonzero(is_shipped)
    nodes, firsts = np.unique(index.nodes[rows], return_index=True)
    counts = [0] * len(budget.forbidden)
    shown: list[list[int]] = [[] for _ in budget.forbidden]
    for number, patterns in PathPatterns(budget.forbidden).matching(_paths(index, nodes)):
        for pattern in patterns:
            counts[pattern] += 1
            if counts[pattern] <= _SHOWN:
                shown[pattern].append(int(rows[firsts[number]]))
    for text, count, some in zip(budget.forbidden, counts, shown, strict=True):
        yield _check(index, text, count, some, is_complete=is_complete)


def _paths(index: FileIndex, nodes: Integers) -> Iterator[bytes]:
    for start in range(0, len(nodes), 1 << 14):
        yield from index.tree.paths.at(nodes[start : start + (1 << 14)])


def _check(index: FileIndex, text: str, count: int, rows: list[int], *, is_complete: bool) -> Check:
    """The check of one pattern; the rows are those of the first few paths."""
    name = f"forbidden:{text}"
    if not count:
        if not is_complete:
            return Check(name, Unit.COUNT, 0, 0, Status.SKIPPED, UNREAD)
        return Check(name, Unit.COUNT, 0, 0, Status.PASSED, "No layer ships such a path.")
    shown = [_described(index, row) for row in rows]
    more = f", and {count - _SHOWN} more" if count > _SHOWN else ""
    fix = "Leave them out in the instruction that writes them; deleting them in a later layer does not help."
    return Check(name, Unit.COUNT, 0, count, Status.FAILED, f"There is {', '.join(shown)}{more}.", fix)


def _described(index: FileIndex, row: int) -> str:
    is_visible = bool(np.any(index.visible & (index.nodes == index.nodes[row])))
    hidden = "" if is_visible else ", hidden later"
    return f"/{safe_text(index.path(row))} (layer {index.layers[row]}{hidden})"
