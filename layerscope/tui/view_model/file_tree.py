"""Files with their bytes, as one layer brings them or as they are up to a layer: columns over the index's nodes."""

from enum import IntEnum

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from layerscope.index.apply import LIVE
from layerscope.index.layer_stack import LayerStack
from layerscope.index.tree import PathTree
from layerscope.layers.columns import Integers, Mask
from layerscope.layers.entry import Kind

_NO_ROW = -1


class Mark(IntEnum):
    """What a layer did to a path."""

    SAME = 0
    ADDED = 1
    CHANGED = 2
    REMOVED = 3

    @property
    def glyph(self) -> str:
        """One character for it, so that no colour is needed."""
        return " +~-"[self]


class FileTree(Struct, frozen=True, eq=False):
    """One value for each node of a path tree.

    `rows` has the index's row behind a node, -1 where there is none in this view. `sizes` are its bytes, of which
    `hidden_sizes` are out of sight in the final image; `removed_sizes` are what a removed path had.
    """

    tree: PathTree
    rows: Integers
    sizes: Integers
    hidden_sizes: Integers
    removed_sizes: Integers
    marks: NDArray[np.uint8]
    is_directory: Mask

    def __len__(self) -> int:
        return len(self.tree)


def layer_tree(stack: LayerStack, position: int, sizes: Integers) -> FileTree:
    """What one layer ships and what it removes; `sizes` are of the index's rows."""
    start, end = int(stack.bounds[position]), int(stack.bounds[position + 1])
    columns = _Columns(stack, sizes)
    rows = np.arange(start, end)
    is_entry = stack.kinds[start:end] < Kind.WHITEOUT
    # What the layer itself wrote over or took away is below what it left at the same path.
    is_kept = stack.applied.hidden_by[start:end] != position
    columns.show(rows[is_entry & ~is_kept])
    columns.show(rows[is_entry & is_kept])
    columns.add_sizes(stack.nodes[start:end], rows)
    columns.mark(position)
    return columns.frozen()


def tree_up_to(stack: LayerStack, position: int, sizes: Integers) -> FileTree:
    """The root file system of the layers up to one, with what that one did."""
    columns = _root_file_system(stack, position, sizes)
    columns.mark(position)
    return columns.frozen()


def final_tree(stack: LayerStack, sizes: Integers) -> FileTree:
    """What a container sees."""
    return _root_file_system(stack, len(stack.scans) - 1, sizes).frozen()


def _root_file_system(stack: LayerStack, position: int, sizes: Integers) -> "_Columns":
    end = int(stack.bounds[position + 1])
    columns = _Columns(stack, sizes)
    rows = np.arange(end)
    columns.show(rows[(stack.kinds[:end] < Kind.WHITEOUT) & _lasts(stack.applied.hidden_by[:end], position)])
    contents = rows[_lasts(stack.hidden_by[:end], position) & (sizes[:end] > 0)]
    columns.add_sizes(_name_nodes(stack, contents, columns.rows), contents)
    return columns


def _lasts(hidden_by: NDArray[np.int32], position: int) -> Mask:
    mask: Mask = (hidden_by == LIVE) | (hidden_by > position)
    return mask


def _name_nodes(stack: LayerStack, contents: Integers, shown: Integers) -> Integers:
    """Where each content is named: at its own path if that is shown, else at the first hard link that is."""
    nodes = stack.nodes[contents].copy()
    elsewhere = np.flatnonzero(shown[nodes] != contents)
    if len(elsewhere) and len(stack):
        names = np.flatnonzero((stack.data_rows >= 0) & (shown[stack.nodes] == np.arange(len(stack))))
        targets, firsts = np.unique(stack.data_rows[names], return_index=True)
        places = np.searchsorted(targets, contents[elsewhere]).clip(max=len(targets) - 1)
        is_named = targets[places] == contents[elsewhere]
        nodes[elsewhere[is_named]] = stack.nodes[names[firsts[places[is_named]]]]
    return nodes


class _Columns:
    def __init__(self, stack: LayerStack, sizes: Integers) -> None:
        count = len(stack.tree)
        self._stack = stack
        self._row_sizes = sizes
        self.rows = np.full(count, _NO_ROW, dtype=np.int64)
        self._sizes = np.zeros(count, dtype=np.int64)
        self._hidden_sizes = np.zeros(count, dtype=np.int64)
        self._removed_sizes = np.zeros(count, dtype=np.int64)
        self._marks = np.zeros(count, dtype=np.uint8)

    def show(self, rows: Integers) -> None:
        """Put rows at their nodes."""
        self.rows[self._stack.nodes[rows]] = rows

    def add_sizes(self, nodes: Integers, rows: Integers) -> None:
        """Count rows' bytes at nodes."""
        sizes = self._row_sizes[rows]
        np.add.at(self._sizes, nodes, sizes)
        np.add.at(self._hidden_sizes, nodes, np.where(self._stack.hidden_by[rows] == LIVE, 0, sizes))

    def mark(self, position: int) -> None:
        """Say what a layer did, removed paths included."""
        stack, start = self._stack, int(self._stack.bounds[position])
        end = int(stack.bounds[position + 1])
        is_kept = (stack.kinds[start:end] < Kind.WHITEOUT) & (stack.applied.hidden_by[start:end] != position)
        written = stack.nodes[start:end][is_kept]
        gone = np.flatnonzero(stack.applied.hidden_by[:start] == position)
        self._marks[written] = Mark.ADDED
        was_there = np.zeros(len(self.rows), dtype=np.bool_)
        was_there[stack.nodes[gone]] = True
        self._marks[written[was_there[written]]] = Mark.CHANGED
        removed = gone[self._marks[stack.nodes[gone]] == Mark.SAME]
        nodes = stack.nodes[removed]
        self._marks[nodes], self.rows[nodes] = Mark.REMOVED, removed
        self._removed_sizes[nodes] = self._row_sizes[removed]

    def frozen(self) -> FileTree:
        kinds = self._stack.kinds
        is_directory = (self.rows != _NO_ROW) & (kinds[self.rows] == Kind.DIRECTORY)
        return FileTree(
            self._stack.tree,
            self.rows,
            self._sizes,
            self._hidden_sizes,
            self._removed_sizes,
            self._marks,
            is_directory,
        )
