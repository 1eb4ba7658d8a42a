"""Paths of all layers as the nodes of one tree, in an order in which each subtree is one range."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layerscope.layers.columns import ByteStrings, Integers, frozen

_NOWHERE = -1


@dataclass(frozen=True, slots=True, eq=False)
class PathTree:
    """Distinct paths, sorted by their components; below node `i` lie the nodes `i + 1` to `subtree_ends[i]`.

    `parents[i]` is the nearest ancestor that has a node, -1 for none. Directories that no entry names have no node.
    """

    paths: ByteStrings
    parents: Integers
    subtree_ends: Integers
    _hashes: NDArray[np.int64]
    _nodes: Integers
    _salt: int

    def __len__(self) -> int:
        return len(self.paths)

    def find(self, paths: Iterable[bytes]) -> Integers:
        """The node of each path, -1 where there is none."""
        wanted = list(paths)
        hashes = _hash(wanted, self._salt)
        places = np.searchsorted(self._hashes, hashes)
        places[places == len(self._hashes)] = 0
        found = np.full(len(wanted), _NOWHERE, dtype=np.int64)
        if not len(self._hashes):
            return found
        for position in np.flatnonzero(self._hashes[places] == hashes).tolist():
            node = int(self._nodes[places[position]])
            if self.paths[node] == wanted[position]:
                found[position] = node
        return found


def build_tree(columns: Sequence[ByteStrings]) -> tuple[PathTree, list[Integers]]:
    """Merge the paths of several scans; returns the tree and, for each column, the node of each row."""
    salt = 0
    while True:
        hashes = [_hash(column, salt) for column in columns]
        merged = np.concatenate([*hashes, np.empty(0, np.int64)])
        distinct, firsts, inverse = np.unique(merged, return_index=True, return_inverse=True)
        paths = _paths_at(columns, firsts)
        if not _collides(columns, paths, inverse, firsts):
            break
        # Two paths with one 64-bit hash: rare beyond chance, and settled by another salt.
        salt += 1
    order, parents, ends = _arrange(paths)
    rank = np.empty(len(paths), dtype=np.int64)
    rank[order] = np.arange(len(paths))
    tree = PathTree(
        ByteStrings.pack([paths[position] for position in order]),
        frozen(parents, np.int64),
        frozen(ends, np.int64),
        frozen(distinct, np.int64),
        frozen(rank, np.int64),
        salt,
    )
    bounds = np.cumsum([0, *map(len, columns)])
    nodes = rank[inverse]
    return tree, [nodes[bounds[i] : bounds[i + 1]] for i in range(len(columns))]


def _hash(paths: Iterable[bytes] | ByteStrings, salt: int) -> NDArray[np.int64]:
    count = len(paths) if isinstance(paths, ByteStrings | list) else -1
    if salt:
        return np.fromiter((hash((salt, path)) for path in paths), dtype=np.int64, count=count)
    return np.fromiter(map(hash, paths), dtype=np.int64, count=count)


def _paths_at(columns: Sequence[ByteStrings], rows: Integers) -> list[bytes]:
    """The paths of some rows, counted over all columns."""
    bounds = np.cumsum([0, *map(len, columns)])
    which = np.searchsorted(bounds, rows, side="right") - 1
    local = rows - bounds[which]
    return [columns[column][row] for column, row in zip(which.tolist(), local.tolist(), strict=True)]


def _collides(columns: Sequence[ByteStrings], paths: list[bytes], inverse: Integers, firsts: Integers) -> bool:
    """Whether rows with one hash have different paths; every repetition is compared in full."""
    repeated = np.ones(len(inverse), dtype=np.bool_)
    repeated[firsts] = False
    rows = np.flatnonzero(repeated)
    groups = inverse[rows].tolist()
    return any(paths[group] != path for group, path in zip(groups, _paths_at(columns, rows), strict=True))


def _arrange(paths: list[bytes]) -> tuple[list[int], Integers, Integers]:
    """The order by components, then parents and subtree ends; a NUL stands for the slash, since no name has one."""
    keys = [path.replace(b"/", b"\0") for path in paths]
    order = sorted(range(len(keys)), key=keys.__getitem__)
    parents = np.full(len(keys), _NOWHERE, dtype=np.int64)
    ends = np.full(len(keys), len(keys), dtype=np.int64)
    open_nodes: list[tuple[bytes, int]] = []
    for node, position in enumerate(order):
        key = keys[position]
        while open_nodes and not key.startswith(open_nodes[-1][0]):
            ends[open_nodes.pop()[1]] = node
        if open_nodes:
            parents[node] = open_nodes[-1][1]
        open_nodes.append((key + b"\0" if key else b"", node))
    return order, parents, ends
