"""Who brought each byte, by the package managers' own file lists and by nothing else."""

from collections import defaultdict

import numpy as np
from msgspec import Struct

from layerscope.index.apply import LIVE
from layerscope.index.layer_stack import LayerStack
from layerscope.index.order import pick
from layerscope.layers.columns import Integers, frozen
from layerscope.layers.entry import Kind
from layerscope.layers.names import follow, normalise_all

UNOWNED = -1


class Package(Struct, frozen=True, order=True):
    """A package as its manager names it."""

    manager: str
    name: str
    version: str


class FileList(Struct, frozen=True):
    """The files that a layer's database gives a package; `row` is the database file's, counted over all layers.

    Without a package, nobody owns the files from there on, unless another list claims them.
    """

    package: Package | None
    row: int
    paths: tuple[bytes, ...]


class Owners(Struct, frozen=True, eq=False):
    """For each row of the index the position of its package in `packages`, UNOWNED for none."""

    packages: tuple[Package, ...]
    of_rows: Integers


def assign_owners(stack: LayerStack, lists: list[FileList]) -> Owners:
    """Give each file the package whose list names it in its layer, else in the nearest layer below.

    Lists come in order of precedence: of two in one layer the first wins.
    """
    packages = tuple(sorted({entry.package for entry in lists if entry.package}))
    numbers = {package: number for number, package in enumerate(packages)}
    # What no list names has list number -1, which is the last element here.
    package_of = np.array([numbers[entry.package] if entry.package else UNOWNED for entry in lists] + [UNOWNED])
    resolver = _Resolver(stack)
    list_now = np.full(len(stack.tree), -1, dtype=np.int64)
    of_rows = np.full(len(stack), UNOWNED, dtype=np.int64)
    by_layer, ending = _by_layer(stack, lists)
    for layer in range(len(stack.scans)):
        is_gone = np.zeros(len(lists) + 1, dtype=np.bool_)
        is_gone[ending[layer]] = True
        list_now[is_gone[list_now]] = -1
        here = by_layer[layer][::-1]
        claims = np.repeat(here, [len(lists[number].paths) for number in here])
        for nodes in resolver.nodes([path for number in here for path in lists[number].paths]):
            is_there = nodes >= 0
            list_now[nodes[is_there]] = claims[is_there]
        start, end = int(stack.bounds[layer]), int(stack.bounds[layer + 1])
        of_rows[start:end] = package_of[list_now[stack.nodes[start:end]]]
    of_rows[stack.kinds == Kind.DIRECTORY] = UNOWNED
    _own_contents(stack, of_rows)
    return Owners(packages, frozen(of_rows, np.int64))


def _by_layer(stack: LayerStack, lists: list[FileList]) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    """The numbers of the lists that each layer brings, and of those that each layer takes out of sight."""
    by_layer: dict[int, list[int]] = defaultdict(list)
    ending: dict[int, list[int]] = defaultdict(list)
    for number, entry in enumerate(lists):
        layer, hidden_by = int(stack.layers[entry.row]), int(stack.hidden_by[entry.row])
        if hidden_by != layer:
            by_layer[layer].append(number)
        if hidden_by != LIVE:
            ending[hidden_by].append(number)
    return by_layer, ending


def _own_contents(stack: LayerStack, of_rows: Integers) -> None:
    """Give a content whose own name nobody lists, as in conda's cache, to the package that lists another name of it."""
    links = np.flatnonzero((stack.kinds == Kind.HARDLINK) & (stack.data_rows >= 0) & (of_rows != UNOWNED))[::-1]
    contents = stack.data_rows[links]
    is_free = of_rows[contents] == UNOWNED
    of_rows[contents[is_free]] = of_rows[links[is_free]]


class _Resolver:
    """Paths of file lists as nodes; a list may name a file through a symbolic link (`/lib` for `/usr/lib`)."""

    def __init__(self, stack: LayerStack) -> None:
        self._tree = stack.tree
        self._links = _links(stack)
        self._directories: dict[bytes, bytes] = {}
        self._is_shown = np.zeros(len(stack.tree) + 1, dtype=np.bool_)
        self._is_shown[stack.nodes[stack.visible]] = True

    def nodes(self, paths: list[bytes]) -> tuple[Integers, Integers]:
        """The nodes that the paths lead to through links, and those that they name; -1 for none.

        A link may be younger or older than the file below it, so what the image does not show is looked for behind
        the link as well.
        """
        names = normalise_all(paths)
        named = self._tree.find(names)
        linked = np.full(len(named), -1, dtype=np.int64)
        elsewhere = np.flatnonzero(~self._is_shown[named])
        if len(elsewhere) and self._links:
            linked[elsewhere] = self._tree.find(self._through_links(names[position]) for position in elsewhere.tolist())
        return linked, named

    def _through_links(self, path: bytes) -> bytes:
        directory, _, name = path.rpartition(b"/")
        if directory not in self._directories:
            self._directories[directory] = follow(directory, self._links)
        resolved = self._directories[directory]
        return resolved + b"/" + name if resolved else name


def _links(stack: LayerStack) -> dict[bytes, bytes]:
    """All symbolic links; of a path that has been several, the one that the image shows, else the last."""
    rows = np.flatnonzero(stack.kinds == Kind.SYMLINK)
    rows = np.concatenate([rows[~stack.visible[rows]], rows[stack.visible[rows]]])
    targets = pick([scan.targets for scan in stack.scans], rows)
    return dict(zip(stack.tree.paths.at(stack.nodes[rows]), targets, strict=True))
