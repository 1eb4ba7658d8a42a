"""Diversions: a file that another package has moved aside is its package's under the new name (dpkg-divert(1))."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

import numpy as np

from layerscope.index.apply import LIVE
from layerscope.index.layer_stack import LayerStack
from layerscope.index.owners import FileList
from layerscope.layers.entry import Kind
from layerscope.packages.facts import facts_of
from layerscope.probes.dpkg import DIVERSIONS, Diversion

_TABLE_PATH = b"var/lib/dpkg/diversions"
# dpkg lets two packages have a path only if one of them diverts it.
_CLAIM_LIMIT = 8

Claims = dict[bytes, dict[str, FileList]]
"""For each path that is diverted anywhere, the last list of each package that names it."""


def divert(stack: LayerStack, lists: Iterable[FileList]) -> Iterator[FileList]:
    """Rename what is diverted in lists that come layer by layer, also where the diversion is younger than the list."""
    tables = _tables(stack)
    if not tables:
        yield from lists
        return
    by_layer: dict[int, list[FileList]] = defaultdict(list)
    for entry in lists:
        by_layer[int(stack.layers[entry.row])].append(entry)
    claims: Claims = {path: {} for _, table in tables.values() for path in table}
    now: dict[bytes, Diversion] = {}
    for layer in range(len(stack.scans)):
        before = now
        row, now = tables.get(layer, (-1, now))
        for entry in by_layer[layer]:
            _note(claims, entry)
            yield _renamed(entry, now)
        if layer in tables:
            yield from _again(_alive(stack, claims, layer), row, before, now)


def _tables(stack: LayerStack) -> dict[int, tuple[int, dict[bytes, Diversion]]]:
    """For each layer that writes the table its row and its diversions; no probe is asked about an empty file."""
    node = stack.tree.find([_TABLE_PATH])
    rows = np.flatnonzero((stack.nodes == node) & (stack.kinds == Kind.FILE)).tolist()
    tables: dict[int, tuple[int, dict[bytes, Diversion]]] = {int(stack.layers[row]): (row, {}) for row in rows}
    for layer in tables:
        for row, _, value in facts_of(stack, layer, DIVERSIONS):
            tables[layer] = (row, {diversion.path: diversion for diversion in value})
    return tables


def _note(claims: Claims, entry: FileList) -> None:
    for path in claims.keys() & entry.paths:
        if len(claims[path]) < _CLAIM_LIMIT or _name(entry) in claims[path]:
            claims[path][_name(entry)] = entry


def _renamed(entry: FileList, table: dict[bytes, Diversion]) -> FileList:
    if not table.keys() & entry.paths:
        return entry
    return FileList(entry.package, entry.row, tuple(_place(path, _name(entry), table) for path in entry.paths))


def _place(path: bytes, package: str, table: dict[bytes, Diversion]) -> bytes:
    diversion = table.get(path)
    return path if diversion is None or diversion.package == package else diversion.target


def _alive(stack: LayerStack, claims: Claims, layer: int) -> Claims:
    """The claims of lists that a layer still shows."""
    return {
        path: {name: entry for name, entry in of_path.items() if _is_alive(stack, entry, layer)}
        for path, of_path in claims.items()
    }


def _is_alive(stack: LayerStack, entry: FileList, layer: int) -> bool:
    hidden_by = int(stack.hidden_by[entry.row])
    return hidden_by == LIVE or hidden_by > layer


def _again(claims: Claims, row: int, before: dict[bytes, Diversion], now: dict[bytes, Diversion]) -> Iterator[FileList]:
    """What lists claim from here on, by the layer's new table; nobody owns the path that they were diverted from."""
    for path in before | now:
        for name, entry in claims[path].items():
            yield FileList(entry.package, row, (_place(path, name, now),))
    yield FileList(None, row, tuple(now))


def _name(entry: FileList) -> str:
    return entry.package.name if entry.package else ""
