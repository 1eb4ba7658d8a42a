"""A file tree as somebody looks at it: filtered, added up by folder, a folder at a time."""

from collections.abc import Callable
from enum import Enum

import numpy as np
from msgspec import Struct

from layerscope.layers.columns import Integers, Mask
from layerscope.tui.view_model.file_tree import FileTree, Mark
from layerscope.tui.view_model.filter import Filter
from layerscope.tui.view_model.path_search import searched_paths
from layerscope.units import safe_text

_MOST_CHILDREN = 2_000


class Order(Enum):
    """What comes first in a folder."""

    SIZE = "size"
    NAME = "name"
    COUNT = "count"


class Folder(Struct, frozen=True):
    """A place in a tree: the nodes from `start` to `end`, whose nearest ancestor with a node is `anchor`."""

    path: bytes
    anchor: int
    start: int
    end: int


class TreeRow(Struct, frozen=True):
    """A file or a folder with all below it; `row` is the index's, None for a folder that no entry names.

    `left_out` is how many more there are, in the row that stands for those that a very full folder has beyond its
    largest.
    """

    path: bytes
    name: str
    folder: Folder | None
    row: int | None
    size_bytes: int
    hidden_bytes: int
    removed_bytes: int
    files: int
    mark: Mark
    left_out: int = 0


class Shown(Struct, frozen=True):
    """Which changes are shown; `hidden` is what later layers put out of sight."""

    marks: frozenset[Mark] = frozenset(Mark)
    hidden: bool = True


class Folders:
    """The folders of a tree under a filter; sums are made once, rows when a folder is asked for."""

    def __init__(self, tree: FileTree, wanted: Filter | None = None, shown: Shown | None = None) -> None:
        self._tree = tree
        mask = _mask(tree, wanted or Filter(), shown or Shown())
        self._mask = mask
        self._sizes = _sums(np.where(mask, tree.sizes, 0))
        self._hidden = _sums(np.where(mask, tree.hidden_sizes, 0))
        self._removed = _sums(np.where(mask, tree.removed_sizes, 0))
        self._there = _sums(mask.astype(np.int64))
        self._files = _sums((mask & ~tree.is_directory).astype(np.int64))

    @property
    def root(self) -> Folder:
        """The whole tree."""
        parents = self._tree.tree.parents
        has_root = len(parents) > 0 and not self._tree.tree.paths[0]
        return Folder(b"", 0 if has_root else -1, int(has_root), len(parents))

    def total(self, folder: Folder) -> TreeRow:
        """A folder itself, as a row."""
        return self._row(folder.path, safe_text(folder.path), folder, -1, span=(folder.start, folder.end))

    def children(self, folder: Folder, order: Order = Order.SIZE, *, are_folders_first: bool = False) -> list[TreeRow]:
        """What is in a folder, of very many the largest."""
        found = [item for item in self._groups(folder) if self._there[item[2]] > self._there[item[1]]]
        starts = np.array([start for _, start, _ in found], dtype=np.int64)
        ends = np.array([end for _, _, end in found], dtype=np.int64)
        weights = (self._sizes[ends] - self._sizes[starts]) + (self._removed[ends] - self._removed[starts])
        largest = np.argsort(-weights, kind="stable")[:_MOST_CHILDREN].tolist()
        rows = [self._child(folder, *found[place]) for place in largest]
        rows.sort(key=_key(order))
        if are_folders_first:
            rows.sort(key=lambda row: row.folder is None)
        if len(found) > len(rows):
            rest = len(found) - len(rows)
            rest_bytes = int(weights.sum()) - sum(row.size_bytes + row.removed_bytes for row in rows)
            rows.append(TreeRow(b"", "", None, None, rest_bytes, 0, 0, rest, Mark.SAME, left_out=rest))
        return rows

    def find(self, path: bytes) -> list[Folder]:
        """The folders that lead to a path, the root first."""
        way, folder = [self.root], self.root
        while inner := next((item for item in self._groups(folder) if _leads(item[0], path)), None):
            if inner[0] == path:
                break
            folder = self._folder(folder, *inner)
            way.append(folder)
        return way

    def _groups(self, folder: Folder) -> list[tuple[bytes, int, int]]:
        """Path, first node and end of each child; folders that no entry names are found by what lies in them."""
        tree = self._tree.tree
        nodes = folder.start + np.flatnonzero(tree.parents[folder.start : folder.end] == folder.anchor)
        offset = len(folder.path) + 1 if folder.path else 0
        found: list[tuple[bytes, int, int]] = []
        ends = tree.subtree_ends[nodes].tolist()
        for path, start, end in zip(tree.paths.at(nodes), nodes.tolist(), ends, strict=True):
            cut = path.find(b"/", offset)
            name = path if cut < 0 else path[:cut]
            if found and found[-1][0] == name:
                found[-1] = (name, found[-1][1], end)
            else:
                found.append((name, start, end))
        return found

    def _folder(self, parent: Folder, path: bytes, start: int, end: int) -> Folder:
        is_named = self._tree.tree.paths[start] == path
        return Folder(path, start if is_named else parent.anchor, start + is_named, end)

    def _child(self, parent: Folder, path: bytes, start: int, end: int) -> TreeRow:
        folder = self._folder(parent, path, start, end)
        is_named = folder.start > start
        is_folder = folder.end > folder.start or (is_named and bool(self._tree.is_directory[start]))
        name = safe_text(path[len(parent.path) + 1 if parent.path else 0 :])
        node = start if is_named else -1
        return self._row(path, name, folder if is_folder else None, node, span=(start, end))

    def _row(self, path: bytes, name: str, folder: Folder | None, node: int, *, span: tuple[int, int]) -> TreeRow:
        start, end = span
        row = int(self._tree.rows[node]) if node >= 0 else -1
        return TreeRow(
            path,
            name,
            folder,
            row if row >= 0 else None,
            int(self._sizes[end] - self._sizes[start]),
            int(self._hidden[end] - self._hidden[start]),
            int(self._removed[end] - self._removed[start]),
            int(self._files[end] - self._files[start]),
            Mark(int(self._tree.marks[node])) if node >= 0 else Mark.SAME,
        )


def _mask(tree: FileTree, wanted: Filter, shown: Shown) -> Mask:
    """The nodes that are asked for; folders are there on their own only where nothing narrows the view."""
    mask: Mask = (tree.rows >= 0) | (tree.sizes > 0)
    if shown != Shown():
        mask &= np.isin(tree.marks, [int(mark) for mark in shown.marks])
        if not shown.hidden:
            mask &= tree.hidden_sizes == 0
        mask &= ~tree.is_directory
    if not wanted.is_empty:
        among = mask & (tree.rows >= 0) & ~tree.is_directory
        mask = wanted.mask(searched_paths(tree.tree), np.maximum(tree.sizes, tree.removed_sizes), among)
    return mask


def _sums(values: Integers) -> Integers:
    """Sums of all nodes before each, so that a range's is a difference."""
    return np.concatenate([[0], np.cumsum(values)])


def _leads(part: bytes, path: bytes) -> bool:
    return path == part or path.startswith(part + b"/")


def _key(order: Order) -> Callable[[TreeRow], tuple[int | str, ...]]:
    if order is Order.NAME:
        return lambda row: (row.name,)
    if order is Order.COUNT:
        return lambda row: (-row.files, -row.size_bytes, row.name)
    return lambda row: (-row.size_bytes, -row.removed_bytes, row.name)
