"""The file index: every entry of every layer, and what became of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layerscope.index.apply import LIVE, Applied, Rows, apply_layers
from layerscope.index.cause import Cause
from layerscope.index.duplicates import DuplicateGroup, colliding, group_duplicates
from layerscope.index.superseded import SupersededGroup, group_superseded, hide_contents
from layerscope.index.tree import PathTree, build_tree
from layerscope.layers.columns import Integers, Mask, frozen
from layerscope.layers.entry import Entry, Kind
from layerscope.layers.scan import LayerScan

SameContents = Callable[[Integers, Integers], Integers]
"""Tells contents apart: layers' positions and rows within them in; out a number each, equal where the contents are."""


@dataclass(frozen=True, slots=True, eq=False)
class FileIndex:
    """All layers' rows behind one another; `bounds[i]` is where layer `i` begins.

    `hidden_by` and `causes` say of each row's bytes (not of its name) which layer hides them, LIVE for none;
    `visible` marks the names that the final root file system shows. `data_rows` gives the row that a name leads to: its
    own, for a hard link its target's, -1 for directories, whiteouts and broken links.
    """

    scans: tuple[LayerScan, ...]
    tree: PathTree
    bounds: Integers
    nodes: Integers
    layers: Integers
    kinds: NDArray[np.uint8]
    sizes: Integers
    hidden_by: NDArray[np.int32]
    causes: NDArray[np.uint8]
    visible: Mask
    data_rows: Integers
    superseded: tuple[SupersededGroup, ...]
    duplicates: tuple[DuplicateGroup, ...]
    idle_whiteouts: tuple[int, ...]
    broken_links: Integers

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
    def duplicate_bytes(self) -> int:
        """What one copy of each live content would spare."""
        return sum(group.waste_bytes for group in self.duplicates)

    def path(self, row: int) -> bytes:
        """The path of a row, without a leading slash."""
        return self.tree.paths[int(self.nodes[row])]

    def entry(self, row: int) -> Entry:
        """A row as a value."""
        layer = int(self.layers[row])
        return self.scans[layer].entry(row - int(self.bounds[layer]))

    def name_row(self, data_row: int) -> int:
        """A row to name a content by: its own if that is visible, else the first visible one that leads to it."""
        if self.visible[data_row]:
            return data_row
        names = np.flatnonzero(self.visible & (self.data_rows == data_row))
        return int(names[0]) if len(names) else data_row


def build_index(scans: Sequence[LayerScan], same_contents: SameContents) -> FileIndex:
    """Stack the scans, the bottom layer first; contents are compared only where that decides something."""
    tree, nodes_of = build_tree([scan.paths for scan in scans])
    bounds = np.cumsum([0, *map(len, scans)], dtype=np.int64)
    nodes = _joined(nodes_of)
    layers = np.repeat(np.arange(len(scans)), np.diff(bounds))
    sizes = _joined([scan.sizes for scan in scans])
    kinds = np.concatenate([*(scan.kinds for scan in scans), np.empty(0, np.uint8)])
    applied = apply_layers(tree, Rows(bounds, nodes, kinds, _link_nodes(scans, bounds, tree)))
    content_hidden, _ = hide_contents(applied.data_rows, applied.hidden_by, applied.causes)
    visible = applied.hidden_by == LIVE
    candidates = np.flatnonzero((content_hidden == LIVE) & (kinds == Kind.FILE))
    contents = _Contents(scans, bounds, layers, sizes)
    same_size = colliding(candidates, sizes)
    contents.tell_apart(same_size, applied.data_rows[applied.rewrites], same_contents)
    applied.causes[applied.rewrites[:, 0]] = contents.rewrite_causes(applied.data_rows[applied.rewrites])
    hidden_by, causes = hide_contents(applied.data_rows, applied.hidden_by, applied.causes)
    return FileIndex(
        tuple(scans),
        tree,
        frozen(bounds, np.int64),
        frozen(nodes, np.int64),
        frozen(layers, np.int64),
        frozen(kinds, np.uint8),
        frozen(sizes, np.int64),
        frozen(hidden_by, np.int32),
        frozen(causes, np.uint8),
        frozen(visible, np.bool_),
        frozen(applied.data_rows, np.int64),
        group_superseded(sizes, layers, hidden_by, causes),
        group_duplicates(same_size, sizes, contents.classes),
        applied.idle_whiteouts,
        _broken(applied, kinds),
    )


class _Contents:
    """What content rows say of one another: which are the same, and what one written over another means."""

    def __init__(self, scans: Sequence[LayerScan], bounds: Integers, layers: Integers, sizes: Integers) -> None:
        self._scans = scans
        self._bounds = bounds
        self._layers = layers
        self._sizes = sizes
        self.classes = np.full(len(sizes), -1, dtype=np.int64)

    def tell_apart(self, rows: Integers, rewrites: Integers, same_contents: SameContents) -> None:
        """Ask for the classes of these rows and of the pairs that have one size."""
        pairs = rewrites[self._undecided(rewrites)]
        wanted = np.unique(np.concatenate([rows, pairs.ravel()]))
        layers = self._layers[wanted]
        self.classes[wanted] = same_contents(layers, wanted - self._bounds[layers])

    def rewrite_causes(self, pairs: Integers) -> NDArray[np.uint8]:
        """The cause for each pair of content rows, the old and the new one."""
        old, new = pairs[:, 0], pairs[:, 1]
        same = (self.classes[old] >= 0) & (self.classes[old] == self.classes[new])
        same |= (self._sizes[old] == 0) & (self._sizes[new] == 0)
        same |= self._same_source(pairs)
        causes = np.where(same, Cause.REWRITTEN_IDENTICAL, Cause.OVERWRITTEN).astype(np.uint8)
        causes[same & ~self._same_metadata(old, new)] = Cause.METADATA_ONLY
        return causes

    def _undecided(self, pairs: Integers) -> Mask:
        sizes = self._sizes[pairs]
        undecided: Mask = (sizes[:, 0] == sizes[:, 1]) & (sizes[:, 0] > 0) & ~self._same_source(pairs)
        return undecided

    def _same_source(self, pairs: Integers) -> Mask:
        """Whether both are one row of one scan: the same blob listed twice, or the same content under two names."""
        identity = np.array([id(scan) for scan in self._scans] or [0], dtype=np.int64)
        layers = self._layers[pairs]
        local = pairs - self._bounds[layers]
        same: Mask = (identity[layers[:, 0]] == identity[layers[:, 1]]) & (local[:, 0] == local[:, 1])
        return same

    def _same_metadata(self, old: Integers, new: Integers) -> Mask:
        same = np.ones(len(old), dtype=np.bool_)
        for name in ("modes", "uids", "gids", "mtimes_ns", "xattrs"):
            column = np.concatenate([getattr(scan, name) for scan in self._scans]) if len(old) else old
            same &= column[old] == column[new]
        return same


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


def _broken(applied: Applied, kinds: NDArray[np.uint8]) -> Integers:
    return np.flatnonzero((kinds == Kind.HARDLINK) & (applied.data_rows < 0) & (applied.hidden_by == LIVE))
