"""What one layer leaves behind when its own entries are written in order."""

from bisect import bisect_left
from collections.abc import Iterable

import numpy as np
from msgspec import Struct

from layerscope.index.tree import PathTree
from layerscope.layers.columns import Integers, Mask, distinct
from layerscope.layers.entry import Kind

NOT_HERE = -1
# Entries below a link land elsewhere, but for links that go in circles; those stay, as what is below them does.
_OPEN = (Kind.DIRECTORY, Kind.SYMLINK)


class LayerResult(Struct, frozen=True, eq=False):
    """`kept` marks the rows that stand at the end; `link_rows` gives, for each hard link's row, the row that it names.

    Both count rows within the layer; a link that names nothing here has NOT_HERE.
    """

    kept: Mask
    link_rows: dict[int, int]


def settle(tree: PathTree, nodes: Integers, kinds: Integers, links: dict[int, int]) -> LayerResult:
    """Let the last entry of each path win; `links` maps hard links' rows to their targets' nodes."""
    plain = np.flatnonzero(kinds < Kind.WHITEOUT)
    if _has_conflicts(tree, nodes[plain], kinds[plain]):
        return _settle_in_order(tree, nodes, kinds, plain, links)
    last = dict(zip(nodes[plain].tolist(), plain.tolist(), strict=True)) if links else {}
    kept = np.zeros(len(nodes), dtype=np.bool_)
    kept[_last_of_each(nodes[plain], plain)] = True
    return LayerResult(kept, _link_rows(nodes, plain, links, last))


def _last_of_each(nodes: Integers, rows: Integers) -> Integers:
    _, first_from_behind = np.unique(nodes[::-1], return_index=True)
    return rows[::-1][first_from_behind]


def _has_conflicts(tree: PathTree, nodes: Integers, kinds: Integers) -> bool:
    """Whether something that is no directory has, within this layer, entries below its path."""
    written = distinct(nodes)
    solid = distinct(nodes[kinds != Kind.DIRECTORY])
    after = np.searchsorted(written, tree.subtree_ends[solid])
    return bool(np.any(after > np.searchsorted(written, solid) + 1))


def _link_rows(nodes: Integers, plain: Integers, links: dict[int, int], last: dict[int, int]) -> dict[int, int]:
    """The latest row before the link that has its target's path, else the last one in the layer."""
    if not links:
        return {}
    wanted = np.isin(nodes[plain], np.fromiter(links.values(), np.int64, len(links)))
    rows_at: dict[int, list[int]] = {}
    for row in plain[wanted].tolist():
        rows_at.setdefault(int(nodes[row]), []).append(row)
    found = {}
    for row, target in links.items():
        rows = rows_at.get(target, [])
        earlier = bisect_left(rows, row)
        found[row] = rows[earlier - 1] if earlier else last.get(target, NOT_HERE)
    return found


def _settle_in_order(
    tree: PathTree, nodes: Integers, kinds: Integers, plain: Integers, links: dict[int, int]
) -> LayerResult:
    """The slow way for layers that write below what is no directory: each write is replayed.

    An entry still stands at its path if nothing was written there since, nothing below it (unless it is a
    directory), and nothing but directories above it.
    """
    state = _Replay(tree, kinds)
    found = {}
    for row in plain.tolist():
        if row in links:
            found[row] = state.standing(links[row])
        state.write(row, int(nodes[row]))
    for row, target in links.items():
        if found[row] == NOT_HERE:
            found[row] = state.standing(target)
    kept = np.zeros(len(nodes), dtype=np.bool_)
    for node in distinct(nodes[plain]).tolist():
        row = state.standing(node)
        if row != NOT_HERE:
            kept[row] = True
    return LayerResult(kept, found)


class _Replay:
    def __init__(self, tree: PathTree, kinds: Integers) -> None:
        self._parents = tree.parents
        self._kinds = kinds
        self._current: dict[int, int] = {}
        self._last_solid: dict[int, int] = {}
        self._last_below: dict[int, int] = {}

    def write(self, row: int, node: int) -> None:
        self._current[node] = row
        if self._kinds[row] != Kind.DIRECTORY:
            self._last_solid[node] = row
        for above in self._above(node):
            self._last_below[above] = row

    def standing(self, node: int) -> int:
        row = self._current.get(node, NOT_HERE)
        if row == NOT_HERE:
            return NOT_HERE
        if self._kinds[row] not in _OPEN and self._last_below.get(node, NOT_HERE) > row:
            return NOT_HERE
        replaced = any(self._last_solid.get(above, NOT_HERE) > row for above in self._above(node))
        return NOT_HERE if replaced else row

    def _above(self, node: int) -> Iterable[int]:
        node = int(self._parents[node])
        while node >= 0:
            yield node
            node = int(self._parents[node])
