"""Paths of all layers as the nodes of one tree, in an order in which each subtree is one range."""

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import repeat
from operator import eq

import numpy as np
from msgspec import Struct, field
from numpy.typing import NDArray

from layerscope.index.order import lengths_of, order_paths, pick
from layerscope.layers.columns import ByteStrings, Integers, frozen

_NOWHERE = -1
_AT_ONCE = 1 << 14
_KEPT_AT_MOST = 1 << 18


class NodePaths(Struct, frozen=True, eq=False):
    """Each node's path, read out of the first layer that has it; no second copy is kept of very many."""

    columns: tuple[ByteStrings, ...]
    rows: Integers
    _kept: list[bytes] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, node: int) -> bytes:
        row = int(self.rows[node])
        for column in self.columns:
            if row < len(column):
                return column[row]
            row -= len(column)
        raise IndexError(node)

    def __iter__(self) -> Iterator[bytes]:
        for paths in self.pieces():
            yield from paths

    def pieces(self) -> Iterator[list[bytes]]:
        """All paths in order, many at a time."""
        if self.are_few:
            # Several stages go through all paths of usual images; of huge ones the paths are made anew each time.
            self._kept.extend(() if self._kept else pick(self.columns, self.rows))
            yield self._kept
            return
        for start in range(0, len(self.rows), _AT_ONCE):
            yield pick(self.columns, self.rows[start : start + _AT_ONCE])

    @property
    def are_few(self) -> bool:
        """Whether memory for an object for each path is worth the time that it spares."""
        return len(self.rows) <= _KEPT_AT_MOST

    def at(self, nodes: Integers) -> list[bytes]:
        """The paths of many nodes."""
        if self._kept:
            return [self._kept[node] for node in nodes.tolist()]
        return pick(self.columns, self.rows[nodes])


class _Hashes(Struct, frozen=True, eq=False):
    """Nodes in the order of their paths' hashes."""

    paths: NodePaths
    hashes: NDArray[np.int64]
    nodes: Integers

    @classmethod
    def of(cls, paths: NodePaths) -> "_Hashes":
        hashes = np.fromiter(map(hash, paths), dtype=np.int64, count=len(paths))
        nodes = np.argsort(hashes)
        return cls(paths, hashes[nodes], nodes)

    def find(self, wanted: list[bytes]) -> Integers:
        """The node of each path, -1 for none; what has the same hash is compared in full."""
        hashes = np.fromiter(map(hash, wanted), dtype=np.int64, count=len(wanted))
        places = np.searchsorted(self.hashes, hashes)
        found = np.full(len(wanted), _NOWHERE, dtype=np.int64)
        positions = np.arange(len(wanted))
        while len(positions):
            positions = positions[places[positions] < len(self.hashes)]
            positions = positions[self.hashes[places[positions]] == hashes[positions]]
            nodes = self.nodes[places[positions]]
            asked = map(wanted.__getitem__, positions.tolist())
            same = np.fromiter(map(eq, self.paths.at(nodes), asked), dtype=np.bool_, count=len(nodes))
            found[positions[same]] = nodes[same]
            positions = positions[~same]
            places[positions] += 1
        return found


class PathTree(Struct, frozen=True, eq=False):
    """Distinct paths, sorted by their components; below node `i` lie the nodes `i + 1` to `subtree_ends[i]`.

    `parents[i]` is the nearest ancestor that has a node, -1 for none. Directories that no entry names have no node.
    """

    paths: NodePaths
    parents: Integers
    subtree_ends: Integers
    _finders: list[Callable[[list[bytes]], Integers]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.paths)

    def find(self, paths: Iterable[bytes]) -> Integers:
        """The node of each path, -1 where there is none."""
        wanted = list(paths)
        if wanted and not self._finders:
            # Made when first asked for: many images have nothing to look up.
            self._finders.append(_nodes_by_path(self.paths) if self.paths.are_few else _Hashes.of(self.paths).find)
        return self._finders[0](wanted) if wanted else np.empty(0, dtype=np.int64)


def _nodes_by_path(paths: NodePaths) -> Callable[[list[bytes]], Integers]:
    nodes = {path: node for node, path in enumerate(paths)}

    def find(wanted: list[bytes]) -> Integers:
        return np.fromiter(map(nodes.get, wanted, repeat(_NOWHERE)), dtype=np.int64, count=len(wanted))

    return find


def build_tree(columns: Sequence[ByteStrings]) -> tuple[PathTree, list[Integers]]:
    """Merge the paths of several scans; returns the tree and, for each column, the node of each row."""
    order = order_paths(columns)
    count = len(order.ranks)
    first_rows = np.full(count, count, dtype=np.int64)
    np.minimum.at(first_rows, order.ranks, np.arange(count))
    places = np.flatnonzero(first_rows < count)
    node_of_place = np.zeros(count, dtype=np.int64)
    node_of_place[places] = np.arange(len(places))
    nodes = node_of_place[order.ranks]
    paths = NodePaths(tuple(columns), frozen(first_rows[places], np.int64))
    lengths = np.concatenate([*map(lengths_of, columns), np.empty(0, np.int64)])
    parents, ends = _nest(lengths[paths.rows], order.common[places])
    bounds = np.cumsum([0, *map(len, columns)])
    tree = PathTree(paths, frozen(parents, np.int64), frozen(ends, np.int64))
    return tree, [nodes[bounds[i] : bounds[i + 1]] for i in range(len(columns))]


def _nest(lengths: Integers, common: Integers) -> tuple[Integers, Integers]:
    """Parents and subtree ends: a node is below another while it shares all its bytes and the slash behind them."""
    count = len(lengths)
    parents, ends = array("q", [_NOWHERE]) * count, array("q", [count]) * count
    shared_by_all_below = np.where(lengths > 0, lengths + 1, 0).tolist()
    open_nodes: list[int] = []
    for node, shared in enumerate(common.tolist()):
        while open_nodes and shared < shared_by_all_below[open_nodes[-1]]:
            ends[open_nodes.pop()] = node
        if open_nodes:
            parents[node] = open_nodes[-1]
        open_nodes.append(node)
    return np.frombuffer(parents, np.int64), np.frombuffer(ends, np.int64)
