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
    """Return what the index shows: its visible names, each as what it leads to."""
    index = analysis.index
    tree: Tree = {}
    contents: dict[bytes, int] = {}
    for row in np.flatnonzero(index.visible).tolist():
        entry, path = index.entry(row), index.path(row)
        data_row = int(index.data_rows[row])
        contents[path] = row if data_row < 0 else data_row
        behind = index.entry(contents[path])
        target = behind.target if behind.kind is Kind.SYMLINK else b""
        kind = behind.kind.name.lower()
        tree[path] = Node(kind, behind.size, entry.mode, entry.uid, entry.gid, entry.mtime_ns // 10**9, target)
    return _comparable(tree, contents)


def exported_tree(export: bytes) -> Tree:
    """Return what Python's tarfile reads in an engine's export."""
    tree: Tree = {}
    contents: dict[bytes, bytes] = {}
    for path, info in read_tar(export):
        if info.islnk():
            contents[path] = raw(info.linkname).removeprefix(b"./")
            tree[path] = replace(tree[contents[path]])
            continue
        contents[path] = path
        target = raw(info.linkname) if info.issym() else b""
        kind, mode = _TAR_KINDS[info.type], info.mode & 0o7777
        tree[path] = Node(kind, info.size, mode, info.uid, info.gid, int(info.mtime), target)
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
        group = names[contents[path]]
        shared = replace(node, names=frozenset(group if len(group) > 1 else ()))
        if node.kind == "directory":
            shared = replace(shared, mtime=0)
        elif node.kind == "symlink":
            shared = replace(shared, mode=0)
        comparable[path] = shared
    comparable.pop(b"", None)
    return comparable
