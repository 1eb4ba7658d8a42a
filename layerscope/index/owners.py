"""Who brought each byte, by the package managers' own file lists and by nothing else."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from layerscope.index.apply import LIVE
from layerscope.index.layer_stack import LayerStack
from layerscope.layers.columns import Integers, frozen
from layerscope.layers.entry import Kind
from layerscope.layers.names import follow, normalise

UNOWNED = -1


@dataclass(frozen=True, slots=True, order=True)
class Package:
    """A package as its manager names it."""

    manager: str
    name: str
    version: str


@dataclass(frozen=True, slots=True)
class FileList:
    """The files that a layer's database gives a package; `row` is the database file's, counted over all layers."""

    package: Package
    row: int
    paths: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Owners:
    """For each row of the index the position of its package in `packages`, UNOWNED for none."""

    packages: tuple[Package, ...]
    of_rows: Integers


def assign_owners(stack: LayerStack, lists: list[FileList]) -> Owners:
    """Give each file the package whose list names it in its layer, else in the nearest layer below.

    Lists come in order of precedence: of two in one layer the first wins.
    """
    packages = tuple(sorted({entry.package for entry in lists}))
    numbers = {package: number for number, package in enumerate(packages)}
    resolver = _Resolver(stack)
    owner_now = np.full(len(stack.tree), UNOWNED, dtype=np.int64)
    of_rows = np.full(len(stack), UNOWNED, dtype=np.int64)
    by_layer, ending = _by_layer(stack, lists)
    for layer in range(len(stack.scans)):
        gone = [numbers[entry.package] for entry in ending[layer]]
        owner_now[np.isin(owner_now, gone)] = UNOWNED
        lists_here = by_layer[layer][::-1]
        nodes = resolver.nodes([path for entry in lists_here for path in entry.paths])
        owners = np.repeat([numbers[entry.package] for entry in lists_here], [len(entry.paths) for entry in lists_here])
        is_there = nodes >= 0
        owner_now[nodes[is_there]] = owners[is_there]
        start, end = int(stack.bounds[layer]), int(stack.bounds[layer + 1])
        of_rows[start:end] = owner_now[stack.nodes[start:end]]
    of_rows[stack.kinds == Kind.DIRECTORY] = UNOWNED
    return Owners(packages, frozen(of_rows, np.int64))


def _by_layer(stack: LayerStack, lists: list[FileList]) -> tuple[dict[int, list[FileList]], dict[int, list[FileList]]]:
    """The lists that each layer brings, and those that each layer takes out of sight."""
    by_layer: dict[int, list[FileList]] = defaultdict(list)
    ending: dict[int, list[FileList]] = defaultdict(list)
    for entry in lists:
        by_layer[int(stack.layers[entry.row])].append(entry)
        hidden_by = int(stack.hidden_by[entry.row])
        if hidden_by != LIVE:
            ending[hidden_by].append(entry)
    return by_layer, ending


class _Resolver:
    """Paths of file lists as nodes; a list may name a file through a symbolic link (`/lib` for `/usr/lib`)."""

    def __init__(self, stack: LayerStack) -> None:
        self._tree = stack.tree
        self._links = dict(_links(stack))
        self._directories: dict[bytes, bytes] = {}

    def nodes(self, paths: list[bytes]) -> Integers:
        names = [normalise(path) for path in paths]
        nodes = self._tree.find(names)
        missing = np.flatnonzero(nodes < 0)
        if len(missing) and self._links:
            nodes[missing] = self._tree.find(self._through_links(names[position]) for position in missing.tolist())
        return nodes

    def _through_links(self, path: bytes) -> bytes:
        directory, _, name = path.rpartition(b"/")
        if directory not in self._directories:
            self._directories[directory] = follow(directory, self._links)
        resolved = self._directories[directory]
        return resolved + b"/" + name if resolved else name


def _links(stack: LayerStack) -> Iterator[tuple[bytes, bytes]]:
    for row in np.flatnonzero(stack.visible & (stack.kinds == Kind.SYMLINK)).tolist():
        entry = stack.entry(row)
        yield entry.path, entry.target
