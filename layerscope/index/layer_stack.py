"""Scans on top of one another: which path is where, and what hides what."""

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from layerscope.index.apply import LIVE, Applied, Rows, apply_layers
from layerscope.index.superseded import hide_contents
from layerscope.index.tree import PathTree, build_tree
from layerscope.layers.columns import Integers, Mask, distinct, frozen
from layerscope.layers.entry import Entry, Kind
from layerscope.layers.scan import LayerScan


class LayerStack(Struct, frozen=True, eq=False):
    """All layers' rows behind one another; `bounds[i]` is where layer `i` begins.

    `hidden_by` says of each row's bytes (not of its name) which layer hides them, LIVE for none; `visible` marks the
    names that the final root file system shows. `data_rows` gives the row that a name leads to: its own, for a hard
    link its target's, -1 for directories, whiteouts and broken links. `applied` has what is said of names.
    """

    scans: tuple[LayerScan, ...]
    tree: PathTree
    bounds: Integers
    nodes: Integers
    layers: Integers
    kinds: NDArray[np.uint8]
    sizes: Integers
    hidden_by: NDArray[np.int32]
    visible: Mask
    data_rows: Integers
    applied: Applied

    def __len__(self) -> int:
        return len(self.nodes)

    @property
    def stored_bytes(self) -> int:
        """The content of every entry of every layer."""
        return int(self.sizes.sum())

    @property
    def live_bytes(self) -> int:
        """The content that the final root file system shows, each inode once."""
        return int(self.sizes[self.hidden_by == LIVE].sum())

    @property
    def superseded_bytes(self) -> int:
        """Shipped but invisible."""
        return self.stored_bytes - self.live_bytes

    @property
    def idle_whiteouts(self) -> tuple[int, ...]:
        """How many whiteouts of each layer hide nothing."""
        return self.applied.idle_whiteouts

    @property
    def broken_links(self) -> Integers:
        """The visible hard links that lead nowhere."""
        return np.flatnonzero((self.kinds == Kind.HARDLINK) & (self.data_rows < 0) & self.visible)

    def path(self, row: int) -> bytes:
        """The path of a row, without a leading slash."""
        return self.tree.paths[int(self.nodes[row])]

    def entry(self, row: int) -> Entry:
        """A row as a value."""
        layer = int(self.layers[row])
        return self.scans[layer].entry(row - int(self.bounds[layer]))

    def rows_having(self, *texts: bytes) -> Integers:
        """The rows whose path has one of the texts in it, in order, and a few more that only seem to.

        To look through all paths at once is much faster than through one after the other.
        """
        found = [
            start + scan.paths.rows_having(text)
            for scan, start in zip(self.scans, self.bounds.tolist(), strict=False)
            for text in texts
        ]
        return distinct(_joined(found))

    def name_row(self, data_row: int) -> int:
        """A row to name a content by: its own if that is visible, else the first visible one that leads to it."""
        if self.visible[data_row]:
            return data_row
        names = np.flatnonzero(self.visible & (self.data_rows == data_row))
        return int(names[0]) if len(names) else data_row


def stack_layers(scans: Sequence[LayerScan]) -> LayerStack:
    """Stack the scans, the bottom layer first."""
    tree, nodes_of = build_tree([scan.paths for scan in scans])
    bounds = np.cumsum([0, *map(len, scans)], dtype=np.int64)
    nodes = _joined(nodes_of)
    kinds = np.concatenate([*(scan.kinds for scan in scans), np.empty(0, np.uint8)])
    applied = apply_layers(tree, Rows(bounds, nodes, kinds, _link_nodes(scans, bounds, tree)))
    hidden_by, _ = hide_contents(applied.data_rows, applied.hidden_by, applied.causes)
    return LayerStack(
        tuple(scans),
        tree,
        frozen(bounds, np.int64),
        frozen(nodes, np.int64),
        frozen(np.repeat(np.arange(len(scans)), np.diff(bounds)), np.int64),
        frozen(kinds, np.uint8),
        frozen(_joined([scan.sizes for scan in scans]), np.int64),
        frozen(hidden_by, np.int32),
        frozen(applied.hidden_by == LIVE, np.bool_),
        frozen(applied.data_rows, np.int64),
        applied,
    )


def _joined(columns: Sequence[Integers]) -> Integers:
    return np.concatenate([*columns, np.empty(0, dtype=np.int64)])


def _link_nodes(scans: Sequence[LayerScan], bounds: Integers, tree: PathTree) -> dict[int, int]:
    """For each hard link's row the node of its target, -1 where no layer has such a path."""
    found: dict[int, int] = {}
    for scan, start in zip(scans, bounds.tolist(), strict=False):
        rows = np.flatnonzero(scan.kinds == Kind.HARDLINK)
        targets = tree.find(scan.targets[row] for row in rows.tolist())
        found.update(zip((rows + start).tolist(), targets.tolist(), strict=True))
    return found
