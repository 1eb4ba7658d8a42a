"""A root file system as a mapping from paths, once as layerscope sees it and once as an engine exports it."""

import tarfile
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from layerscope.analysis import Analysis
from layerscope.layers.entry import Kind
from tests.engine.tools import raw, read_tar


@dataclass(frozen=True, slots=True)
class Node:
    """What stands at a path; `names` are all paths of a file with several names, `target` is a symbolic link's."""

    kind: str
    size: int = 0
    mode: int = 0
    uid: int = 0
    gid: int = 0
    mtime: int = 0
    target: bytes = b""
    names: frozenset[bytes] = frozenset()


Tree = dict[bytes, Node]

_TAR_KINDS = {
    tarfile.REGTYPE: "file",
    tarfile.DIRTYPE: "directory",
    tarfile.SYMTYPE: "symlink",
    tarfile.CHRTYPE: "device",
    tarfile.BLKTYPE: "device",
    tarfile.FIFOTYPE: "fifo",
}


def live_tree(analysis: Analysis) -> Tree:
    """Return what the index shows: its visible names, each with the content that it leads to."""
    index = analysis.index
    tree: Tree = {}
    contents: dict[bytes, int] = {}
    for row in np.flatnonzero(index.visible).tolist():
        entry, path = index.entry(row), index.path(row)
        kind, size = entry.kind.name.lower(), entry.size
        if (data_row := int(index.data_rows[row])) >= 0:
            kind, size = "file", int(index.sizes[data_row])
            contents[path] = data_row
        tree[path] = Node(
            kind,
            size,
            entry.mode & 0o7777,
            entry.uid,
            entry.gid,
            entry.mtime_ns // 10**9,
            entry.target if entry.kind is Kind.SYMLINK else b"",
        )
    return _comparable(tree, contents)


def exported_tree(export: bytes) -> Tree:
    """Return what Python's tarfile reads in an engine's export."""
    tree: Tree = {}
    contents: dict[bytes, bytes] = {}
    for path, info in read_tar(export):
        if info.islnk():
            first = raw(info.linkname).removeprefix(b"./")
            tree[path] = replace(tree[first])
            contents[path] = first
            continue
        target = raw(info.linkname) if info.issym() else b""
        tree[path] = Node(_TAR_KINDS[info.type], info.size, info.mode & 0o7777, info.uid, info.gid, int(info.mtime), target)
        if info.isreg():
            contents[path] = path
    return _comparable(tree, contents)


def without(tree: Tree, paths: Iterable[bytes]) -> Tree:
    """Return the tree less some paths."""
    left_out = set(paths)
    return {path: node for path, node in tree.items() if path not in left_out}


def _comparable(tree: Tree, contents: dict[bytes, int] | dict[bytes, bytes]) -> Tree:
    """Name the names of each content, and drop what an export makes anew: directories' times, links' modes."""
    names: dict[int | bytes, set[bytes]] = defaultdict(set)
    for path, content in contents.items():
        names[content].add(path)
    comparable: Tree = {}
    for path, node in tree.items():
        if node.kind == "directory":
            comparable[path] = replace(node, mtime=0)
        elif node.kind == "symlink":
            comparable[path] = replace(node, mode=0)
        else:
            group = names[contents[path]] if path in contents else {path}
            comparable[path] = replace(node, names=frozenset(group if len(group) > 1 else ()))
    comparable.pop(b"", None)
    return comparable
