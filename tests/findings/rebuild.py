"""What a rebuild without some entries would store: layers written again as tars and read with the standard library."""

import io
import tarfile
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from tests.images import Item, file, hardlink, layer
from tests.property.model import Inode, Name, apply_changes, read_layer, settle_links, whiteout_of

Layers = Sequence[Sequence[Item]]


def names_of(layers: Layers) -> list[Name]:
    """Every entry of every layer, in order, with the inode that it leads to."""
    live: dict[str, Name] = {}
    names: list[Name] = []
    for position, items in enumerate(layers):
        changes = read_layer(position, items)
        settle_links(changes, live)
        apply_changes(live, changes)
        names += changes.names
    return names


def holds_content(name: Name) -> bool:
    """Whether an entry is a name of a content: no directory, whiteout or broken link."""
    if name.inode is None or whiteout_of(name.path, name.item) is not None:
        return False
    return name.inode.data.item.kind != "hardlink" and not is_marker(name.inode.data)


def is_marker(name: Name) -> bool:
    """Whether an entry hides others and holds nothing."""
    return whiteout_of(name.path, name.item) is not None


def stored_bytes(names: Sequence[Name], gone: AbstractSet[int], stripped: Mapping[int, int] | None = None) -> int:
    """The contents of all layers without the entries at these positions.

    The first name that is left of an inode brings its content, whichever layer it is in, and the others are links to
    it. `stripped` takes bytes off the contents of the inodes that entries lead to.
    """
    cut: dict[int, int] = {}
    for position, size_bytes in (stripped or {}).items():
        inode = id(names[position].inode)
        cut[inode] = max(cut.get(inode, 0), size_bytes)
    first: dict[int, Name] = {}
    layers: dict[int, list[Item]] = {}
    for position, name in enumerate(names):
        if position not in gone:
            layers.setdefault(name.layer, []).append(_written(name, first, cut))
    return sum(_content_bytes(layer(*items)) for items in layers.values())


def _written(name: Name, first: dict[int, Name], cut: Mapping[int, int]) -> Item:
    inode = name.inode
    if inode is None or inode.data.item.kind != "file":
        return replace(name.item, path=name.path or ".")
    if first.setdefault(id(inode), name) is not name:
        return hardlink(name.path, first[id(inode)].path)
    return file(name.path or ".", _cut(inode, cut))


def _cut(inode: Inode, cut: Mapping[int, int]) -> bytes:
    return inode.content[: max(len(inode.content) - cut.get(id(inode), 0), 0)]


def _content_bytes(tar: bytes) -> int:
    with tarfile.open(fileobj=io.BytesIO(tar)) as archive:
        return sum(member.size for member in archive if member.isreg())
