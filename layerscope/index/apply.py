"""Layers on top of one another: changesets as the OCI image-spec has them (layer.md), as overlayfs shows them.

Each step works on whole columns; the work for a layer is linear in its entries and the entries that it hides.
"""

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from layerscope.index.cause import Cause
from layerscope.index.tree import PathTree
from layerscope.index.within_layer import NOT_HERE, settle
from layerscope.layers.columns import Integers, distinct
from layerscope.layers.entry import Kind

LIVE = -1
_NOTHING = -1


class Rows(Struct, frozen=True, eq=False):
    """The rows of all layers; layer `i` begins at `bounds[i]`. `link_nodes` has the target's node of each hard link."""

    bounds: Integers
    nodes: Integers
    kinds: NDArray[np.uint8]
    link_nodes: dict[int, int]


class Applied(Struct, frozen=True, eq=False):
    """What became of every row: `hidden_by` is a layer's position or LIVE, with the cause.

    `data_rows` gives the row that each name leads to: its own, a hard link's target, -1 for directories, whiteouts and
    broken links. `rewrites` are pairs of file rows, one over the other, whose contents decide the cause.
    """

    hidden_by: NDArray[np.int32]
    causes: NDArray[np.uint8]
    data_rows: Integers
    rewrites: Integers
    idle_whiteouts: tuple[int, ...]


def apply_layers(tree: PathTree, rows: Rows) -> Applied:
    """Stack all layers, the bottom one first."""
    stack = _Stack(tree, rows)
    for position in range(len(rows.bounds) - 1):
        stack.apply(position)
    rewrites = np.concatenate([*stack.rewrites, np.empty((0, 2), np.int64)])
    return Applied(stack.hidden_by, stack.causes, stack.data_rows, rewrites, tuple(stack.idle_whiteouts))


class _Stack:
    def __init__(self, tree: PathTree, rows: Rows) -> None:
        count = len(rows.nodes)
        self.tree = tree
        self.rows = rows
        self.current = np.full(len(tree), _NOTHING, dtype=np.int64)
        self.hidden_by = np.full(count, LIVE, dtype=np.int32)
        self.causes = np.zeros(count, dtype=np.uint8)
        self.data_rows = np.full(count, _NOTHING, dtype=np.int64)
        self.rewrites: list[Integers] = []
        self.idle_whiteouts: list[int] = []

    def apply(self, position: int) -> None:
        start, end = int(self.rows.bounds[position]), int(self.rows.bounds[position + 1])
        nodes = self.rows.nodes[start:end]
        kinds = self.rows.kinds[start:end].astype(np.int64)
        links = {row: self.rows.link_nodes[row + start] for row in np.flatnonzero(kinds == Kind.HARDLINK).tolist()}
        result = settle(self.tree, nodes, kinds, links)
        self._give_data(start, kinds, result.link_rows, links)
        whiteouts, opaques = nodes[kinds == Kind.WHITEOUT], nodes[kinds == Kind.OPAQUE]
        self.idle_whiteouts.append(self._remove(position, whiteouts, opaques))
        repeated = ~result.kept
        self.hidden_by[start:end][repeated] = position
        self.causes[start:end][repeated] = np.where(
            kinds[repeated] < Kind.WHITEOUT, Cause.REPEATED_IN_LAYER, Cause.DELETED
        )
        kept = np.flatnonzero(result.kept)
        self._make_directories(position, np.concatenate([nodes[kept], whiteouts]), opaques)
        self._write(position, kept + start, nodes[kept], kinds[kept])

    def _give_data(self, start: int, kinds: Integers, link_rows: dict[int, int], links: dict[int, int]) -> None:
        """Find what each name leads to: its own row, or for a hard link another's, in this layer or below."""
        own = np.flatnonzero((kinds < Kind.WHITEOUT) & (kinds != Kind.HARDLINK) & (kinds != Kind.DIRECTORY))
        self.data_rows[start + own] = start + own
        done: set[int] = set()
        for first in links:
            chain, row = [first], first
            while (target := link_rows[row]) in links and target not in done and len(chain) <= len(links):
                chain.append(target)
                row = target
            if target == NOT_HERE:
                found = self._data_below(links[row])
            elif kinds[target] != Kind.DIRECTORY:
                # A circle of links never leaves them; its last target has no data yet and it names nothing.
                found = int(self.data_rows[start + target])
            else:
                found = _NOTHING
            for row in chain:
                self.data_rows[start + row] = found
            done.update(chain)

    def _data_below(self, node: int) -> int:
        row = int(self.current[node]) if node >= 0 else _NOTHING
        return int(self.data_rows[row]) if row >= 0 else _NOTHING

    def _kinds_of(self, rows: Integers) -> NDArray[np.uint8]:
        """Kinds of what rows lead to; a broken hard link is an empty file."""
        data = self.data_rows[rows]
        kinds = np.where(data >= 0, self.rows.kinds[data], self.rows.kinds[rows])
        return np.where(kinds == Kind.HARDLINK, Kind.FILE, kinds).astype(np.uint8)

    def _remove(self, position: int, whiteouts: Integers, opaques: Integers) -> int:
        """Hide what whiteouts name in lower layers; returns how many of them found nothing."""
        ends = self.tree.subtree_ends
        leaves = ends[whiteouts] == whiteouts + 1
        ranges = [(node, 0) for node in whiteouts[~leaves].tolist()] + [(node, 1) for node in opaques.tolist()]
        covered = idle = 0
        for node, is_opaque in sorted(ranges):
            end = int(ends[node])
            if node >= covered:
                below = Cause.OPAQUE if is_opaque else Cause.DELETED_WITH_DIRECTORY
                found = 0 if is_opaque else self._hide(position, slice(node, node + 1), Cause.DELETED)
                found += self._hide(position, slice(node + 1, end), below)
                idle += not found and not is_opaque
                covered = max(covered, end)
        nodes = whiteouts[leaves]
        found_rows = self.current[nodes]
        idle += int(np.count_nonzero(found_rows < 0))
        self._hide(position, nodes, Cause.DELETED)
        return idle

    def _make_directories(self, position: int, nodes: Integers, directories: Integers) -> None:
        """Everything above a written path is a directory; whatever else a lower layer had there is hidden."""
        seen = np.zeros(len(self.tree), dtype=np.bool_)
        frontier = distinct(np.concatenate([self.tree.parents[nodes], directories]))
        while len(frontier := frontier[frontier >= 0]) and len(frontier := frontier[~seen[frontier]]):
            seen[frontier] = True
            rows = self.current[frontier]
            solid = frontier[(rows >= 0) & (self.rows.kinds[rows] != Kind.DIRECTORY)]
            self._hide(position, solid, Cause.REPLACED_BY_OTHER_TYPE)
            frontier = distinct(self.tree.parents[frontier])

    def _write(self, position: int, rows: Integers, nodes: Integers, kinds: Integers) -> None:
        ends = self.tree.subtree_ends
        for node in nodes[(kinds != Kind.DIRECTORY) & (ends[nodes] > nodes + 1)].tolist():
            self._hide(position, slice(node + 1, int(ends[node])), Cause.REPLACED_BY_OTHER_TYPE)
        old = self.current[nodes]
        over = np.flatnonzero(old >= 0)
        old, new = old[over], rows[over]
        old_kinds = self._kinds_of(old)
        same = old_kinds == self._kinds_of(new)
        self.causes[old] = np.where(same, Cause.OVERWRITTEN, Cause.REPLACED_BY_OTHER_TYPE)
        self.hidden_by[old] = position
        comparable = same & (old_kinds == Kind.FILE) & (self.data_rows[old] >= 0) & (self.data_rows[new] >= 0)
        self.rewrites.append(np.stack([old[comparable], new[comparable]], axis=1))
        self.current[nodes] = rows

    def _hide(self, position: int, nodes: Integers | slice, cause: Cause) -> int:
        """Take what is live at these nodes away; returns how many rows that were."""
        rows = self.current[nodes]
        rows = rows[rows >= 0]
        self.hidden_by[rows] = position
        self.causes[rows] = cause
        self.current[nodes] = _NOTHING
        return len(rows)
