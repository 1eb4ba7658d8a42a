"""Checks of paths that no layer may ship."""

from collections.abc import Iterator

import numpy as np

from layerscope.analysis import Analysis
from layerscope.budget.limit import UNREAD
from layerscope.budget.path_patterns import PathPattern, matching
from layerscope.checks.check import Check, Status, Unit
from layerscope.layers.columns import Integers
from layerscope.layers.entry import Kind
from layerscope.settings.budget import Budget
from layerscope.units import safe_text

_SHOWN = 3


def check_forbidden(analysis: Analysis, budget: Budget) -> Iterator[Check]:
    """One check for each pattern; what a later layer hides is shipped all the same."""
    if not budget.forbidden:
        return
    index = analysis.index
    is_shipped = (index.kinds != Kind.DIRECTORY) & (index.kinds != Kind.WHITEOUT) & (index.kinds != Kind.OPAQUE)
    rows = np.flatnonzero(is_shipped)
    nodes, firsts = np.unique(index.nodes[rows], return_index=True)
    visible_nodes = set(np.unique(index.nodes[rows][index.visible[rows]]).tolist())
    for text in budget.forbidden:
        pattern = PathPattern.of(text)
        found = list(matching(_paths(analysis, nodes), pattern))
        yield _check(analysis, text, nodes[found], rows[firsts[found]], visible_nodes)


def _paths(analysis: Analysis, nodes: Integers) -> Iterator[bytes]:
    for start in range(0, len(nodes), 1 << 14):
        yield from analysis.index.tree.paths.at(nodes[start : start + (1 << 14)])


def _check(analysis: Analysis, text: str, nodes: Integers, rows: Integers, visible: set[int]) -> Check:
    name, count = f"forbidden:{text}", len(nodes)
    if not count:
        if not analysis.is_complete:
            return Check(name, Unit.COUNT, 0, 0, Status.SKIPPED, UNREAD)
        return Check(name, Unit.COUNT, 0, 0, Status.PASSED, "No layer ships such a path.")
    shown = [_described(analysis, row, is_visible=node in visible) for node, row in _pairs(nodes, rows)]
    more = f", and {count - _SHOWN} more" if count > _SHOWN else ""
    fix = "Leave them out in the instruction that writes them; deleting them in a later layer does not help."
    return Check(name, Unit.COUNT, 0, count, Status.FAILED, f"There is {', '.join(shown)}{more}.", fix)


def _pairs(nodes: Integers, rows: Integers) -> list[tuple[int, int]]:
    return list(zip(nodes[:_SHOWN].tolist(), rows[:_SHOWN].tolist(), strict=True))


def _described(analysis: Analysis, row: int, *, is_visible: bool) -> str:
    hidden = "" if is_visible else ", hidden later"
    return f"/{safe_text(analysis.index.path(row))} (layer {analysis.index.layers[row]}{hidden})"
