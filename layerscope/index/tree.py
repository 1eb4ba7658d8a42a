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
    paths = [path for column in columns for path in column]
    salt = 0
    while True:
        hashes = _hash(paths, salt)
        distinct, firsts, inverse = np.unique(hashes, return_index=True, return_inverse=True)
        if not _collides(paths, firsts, inverse):
            break
        # Two paths with one 64-bit hash: rare beyond chance, and settled by another salt.
        salt += 1
    keys, order, parents, ends = _arrange([paths[first] for first in firsts.tolist()])
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    tree = PathTree(
        ByteStrings.pack(keys),
        frozen(parents, np.int64),
        frozen(ends, np.int64),
        frozen(distinct, np.int64),
        frozen(rank, np.int64),
        salt,
    )
    bounds = np.cumsum([0, *map(len, columns)])
    nodes = rank[inverse]
    return tree, [nodes[bounds[i] : bounds[i + 1]] for i in range(len(columns))]


def _hash(paths: list[bytes], salt: int) -> NDArray[np.int64]:
    if salt:
        return np.fromiter((hash((salt, path)) for path in paths), dtype=np.int64, count=len(paths))
    return np.fromiter(map(hash, paths), dtype=np.int64, count=len(paths))


def _collides(paths: list[bytes], firsts: Integers, inverse: Integers) -> bool:
    """Whether rows with one hash have different paths; every repetition is compared in full."""
    repeated = np.ones(len(inverse), dtype=np.bool_)
    repeated[firsts] = False
    rows = np.flatnonzero(repeated)
    same_as = firsts[inverse[rows]]
    return any(paths[row] != paths[first] for row, first in zip(rows.tolist(), same_as.tolist(), strict=True))


def _arrange(paths: list[bytes]) -> tuple[list[bytes], list[int], list[int], list[int]]:
    """Paths in the order of their components, that order, then parents and subtree ends.

    A NUL stands for the slash while sorting, since no name has one.
    """
    keys = [path.replace(b"/", b"\0") for path in paths]
    order = sorted(range(len(keys)), key=keys.__getitem__)
    parents: list[int] = []
    ends = [len(order)] * len(order)
    open_prefixes, open_nodes = [b""], [_NOWHERE]
    for node, position in enumerate(order):
        key = keys[position]
        while not key.startswith(open_prefixes[-1]):
            open_prefixes.pop()
            ends[open_nodes.pop()] = node
        parents.append(open_nodes[-1])
        open_prefixes.append(key + b"\0" if key else b"")
        open_nodes.append(node)
    return [paths[position] for position in order], order, parents, ends
