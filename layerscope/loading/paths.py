"""Paths as a dynamic linker opens them: inside the image's root, through symbolic links."""

from collections import defaultdict
from collections.abc import Collection, Iterable

import numpy as np

from layerscope.index.layer_stack import LayerStack
from layerscope.layers.columns import Mask
from layerscope.layers.entry import Kind
from layerscope.loading.names import Names, Steps, read_names

# What Linux follows in one path (path_resolution(7)), and the longest path that it takes.
_LINKS_LIMIT, _PATH_LIMIT_BYTES = 40, 4_096


class RootPaths:
    """The names of an image's root file system; folders are paths without links, the root itself is empty.

    `names_in` gives the names in each folder that has any with `.so` in it.
    """

    def __init__(self, stack: LayerStack, names: Names, steps: Steps, gone: Collection[int] = ()) -> None:
        self.steps = steps
        self._stack, self._names, self._gone = stack, names, frozenset(gone)
        shown = [file for file in names.files if file[1] not in self._gone and file[2] not in self._gone]
        self._files = {path: data for path, _, data in shown}
        self._links = {path: target for path, row, target in names.links if row not in self._gone}
        self._folders: set[bytes] | None = None
        self._shown: tuple[Mask, Mask] | None = None
        self._linked: dict[bytes, int | None] = {}
        self.path_of: dict[int, bytes] = {}
        for path, row, data in shown:
            if row == data or data not in self.path_of:
                self.path_of[data] = path
        self.names_in = _by_folder([*self._files, *self._links])
        self._known = dict.fromkeys(_with_parents(self.names_in, {b""}), True)

    @classmethod
    def of(cls, stack: LayerStack, elf_rows: Collection[int]) -> "RootPaths":
        """The root file system that a stack of layers shows."""
        return cls(stack, read_names(stack, elf_rows), Steps())

    def without(self, rows: Collection[int]) -> "RootPaths":
        """The same with these files and links gone; emptied folders stay."""
        return RootPaths(self._stack, self._names, Steps(), self._gone.union(rows))

    def links(self) -> Collection[bytes]:
        """The paths of all symbolic links."""
        return self._links.keys()

    def is_link(self, path: bytes) -> bool:
        """Whether a path is a symbolic link's."""
        return path in self._links

    def file_at(self, path: bytes) -> int | None:
        """The row of the file at a path without links."""
        return self._files.get(path)

    def file_in(self, folder: bytes, name: bytes) -> int | None:
        """The row of what a name in a folder leads to, None where that is no file."""
        path = join(folder, name)
        row = self._files.get(path)
        if row is not None or path not in self._links:
            return row
        if path not in self._linked:
            end = self.walk(path, b"")
            self._linked[path] = None if end is None else self._files.get(end)
        return self._linked[path]

    def walk(self, path: bytes, start: bytes) -> bytes | None:
        """Where a path leads, None where it goes in circles or up from what is no folder.

        Parts that nothing is known of are taken as they are. Raises ValueError where an image takes too many steps.
        """
        resolved = b"" if path.startswith(b"/") else start
        pending = path.split(b"/")[::-1]
        links = 0
        while pending:
            self.steps.take()
            part = pending.pop()
            if part == b"..":
                if not self._is_folder(resolved):
                    return None
                resolved = resolved.rpartition(b"/")[0]
            if part in (b"", b".", b".."):
                continue
            above, resolved = resolved, join(resolved, part)
            target = self._links.get(resolved)
            if target is not None:
                links += 1
                resolved = b"" if target.startswith(b"/") else above
                pending += target.split(b"/")[::-1]
            if links > _LINKS_LIMIT or len(resolved) > _PATH_LIMIT_BYTES:
                return None
        return resolved

    def _is_folder(self, path: bytes) -> bool:
        if path not in self._known:
            node = int(self._stack.tree.find([path])[0])
            self._known[path] = path in self._all_folders() if node < 0 else self._is_folder_node(node)
        return self._known[path]

    def _is_folder_node(self, node: int) -> bool:
        """Whether a node is a directory, or anything below it is shown."""
        stack = self._stack
        if self._shown is None:
            directories, shown = np.zeros((2, len(stack.tree)), dtype=np.bool_)
            directories[stack.nodes[stack.visible & (stack.kinds == Kind.DIRECTORY)]] = True
            shown[stack.nodes[stack.visible]] = True
            self._shown = directories, shown
        directories, shown = self._shown
        return bool(directories[node] or shown[node + 1 : int(stack.tree.subtree_ends[node])].any())

    def _all_folders(self) -> set[bytes]:
        """All folders, for those without an entry of their own."""
        if self._folders is None:
            shown = np.flatnonzero(self._stack.visible)
            paths = self._stack.tree.paths.at(self._stack.nodes[shown])
            self._folders = _with_parents({path.rpartition(b"/")[0] for path in paths}, {b""})
        return self._folders


def join(folder: bytes, name: bytes) -> bytes:
    """A name in a folder, which may be the root."""
    return folder + b"/" + name if folder else name


def _by_folder(paths: list[bytes]) -> dict[bytes, list[bytes]]:
    found: dict[bytes, list[bytes]] = defaultdict(list)
    for path in paths:
        folder, _, name = path.rpartition(b"/")
        if b".so" in name:
            found[folder].append(name)
    return dict(found)


def _with_parents(folders: Iterable[bytes], known: set[bytes]) -> set[bytes]:
    for folder in folders:
        path = folder
        while path and path not in known and len(path) <= _PATH_LIMIT_BYTES:
            known.add(path)
            path = path.rpartition(b"/")[0]
    return known
