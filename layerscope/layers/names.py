"""Names of entries, made into paths inside the image's root; nothing touches the host's file system."""

from collections.abc import Iterator, Mapping

import numpy as np

from layerscope.layers.columns import distinct
from layerscope.layers.entry import Kind

_SYMLINK = Kind.SYMLINK
_SLASH, _DOT = b"/."
_MAY_BE_ODD = np.zeros(256, dtype=np.bool_)
_MAY_BE_ODD[list(b"\0./")] = True
_LINK_LIMIT = 40
# Linux takes no longer path (PATH_MAX), so no engine could have written the link or anything behind it.
_PATH_LIMIT_BYTES = 4_096
# Each folder above a link is kept; real links lie a dozen deep.
_DEPTH_LIMIT = 64


def normalise(name: bytes) -> bytes:
    """A member's name as a path without leading slash; `..` stops at the root, which itself is empty."""
    if name[:2] == b"./":
        name = name[2:]
    name = name.strip(b"/")
    if b"//" not in name and b"/." not in name and name[:1] != b".":
        return name
    parts: list[bytes] = []
    for part in name.split(b"/"):
        if part == b"..":
            del parts[-1:]
        elif part not in (b"", b"."):
            parts.append(part)
    return b"/".join(parts)


def normalise_all(names: list[bytes]) -> list[bytes]:
    """Many names as paths; one look at all of them together spares most names their own."""
    characters = np.frombuffer(b"\0".join([b"", *names, b"\0"]), np.uint8)
    lengths = np.fromiter(map(len, names), np.int64, len(names))
    begins = np.cumsum(lengths + 1) - lengths
    # What many writers put before all names: `./` or a slash.
    is_rooted = characters[begins] == _SLASH
    led = np.where(is_rooted, 1, np.where((characters[begins] == _DOT) & (characters[begins + 1] == _SLASH), 2, 0))
    slashes = np.flatnonzero(characters == _SLASH)
    # Slashes that end a name, or stand before another one or a dot; and names that begin with one of these.
    odd = [slashes[_MAY_BE_ODD[characters[slashes + 1]]], begins[_MAY_BE_ODD[characters[begins + led]]]]
    paths = names.copy()
    rows = np.flatnonzero(led)
    for row, count in zip(rows.tolist(), led[rows].tolist(), strict=True):
        paths[row] = names[row][count:]
    for row in distinct(np.searchsorted(begins, np.concatenate(odd), side="right") - 1).tolist():
        paths[row] = normalise(names[row])
    return paths


class LayerLinks:
    """The symbolic links that a layer has written so far, followed in the parents of later entries.

    An engine unpacks a layer in order into one folder, so an entry below a link of the same layer lands where the
    link points. Links of lower layers are not followed: overlayfs shows a real directory there.
    """

    def __init__(self) -> None:
        self._targets: dict[bytes, bytes] = {}
        self._below: dict[bytes, set[bytes]] = {}
        self._plain_folders: set[bytes] = set()
        self._directory = b""
        self._resolved = b""

    def concerns(self, path: bytes) -> bool:
        """Whether a link is at a path or below it."""
        return path in self._targets or path in self._below

    def record(self, path: bytes, kind: Kind, target: bytes) -> None:
        """Note what stands at a path now; whatever is no directory also removes what was below it."""
        if path in self._targets or (path in self._below and kind is not Kind.DIRECTORY):
            self._forget(path, kind)
        if kind is _SYMLINK and path and _can_be_followed(path, target):
            self._targets[path] = target
            if path in self._plain_folders:
                self._plain_folders.clear()
            for above in _parents(path):
                self._below.setdefault(above, set()).add(path)
            self._directory = self._resolved = b""

    def _forget(self, path: bytes, kind: Kind) -> None:
        self._targets.pop(path, None)
        if kind is not Kind.DIRECTORY:
            for link in self._below.pop(path, ()):
                self._targets.pop(link, None)
        self._directory = self._resolved = b""

    def place(self, path: bytes) -> bytes:
        """Where an entry lands whose parents may be links; its own name is never followed."""
        if not self._targets:
            return path
        directory, slash, name = path.rpartition(b"/")
        if not slash or len(directory) > _PATH_LIMIT_BYTES:
            return path
        if directory != self._directory:
            self._directory, self._resolved = directory, self._follow(directory)
        if self._resolved is self._directory:
            return path
        return self._resolved + b"/" + name if self._resolved else name

    def _follow(self, directory: bytes) -> bytes:
        return follow(directory, self._targets) if self._touches_link(directory) else directory

    def _touches_link(self, directory: bytes) -> bool:
        """Whether a folder or one above it is a link; those that are known to be none end the search."""
        climbed = []
        while directory and directory not in self._plain_folders:
            if directory in self._targets:
                return True
            climbed.append(directory)
            directory = directory.rpartition(b"/")[0]
        self._plain_folders.update(climbed)
        return False


def follow(directory: bytes, targets: Mapping[bytes, bytes]) -> bytes:
    """Where a folder leads whose components may be links, all inside the root; as it is where that has no end."""
    resolved = b""
    pending = directory.split(b"/")[::-1]
    followed = 0
    for _ in range(_PATH_LIMIT_BYTES):
        if not pending:
            return resolved
        part = pending.pop()
        if part == b"..":
            resolved = resolved.rpartition(b"/")[0]
            continue
        if part in (b"", b"."):
            continue
        above, resolved = resolved, resolved + b"/" + part if resolved else part
        target = targets.get(resolved)
        if target is None:
            continue
        followed += 1
        if followed > _LINK_LIMIT:
            return directory
        resolved = b"" if target.startswith(b"/") else above
        pending.extend(target.split(b"/")[::-1])
    return directory


def _can_be_followed(path: bytes, target: bytes) -> bool:
    return max(len(path), len(target)) <= _PATH_LIMIT_BYTES and path.count(b"/") <= _DEPTH_LIMIT


def _parents(path: bytes) -> Iterator[bytes]:
    """The directories above a path, the nearest first, without the root."""
    end = path.rfind(b"/")
    while end > 0:
        yield path[:end]
        end = path.rfind(b"/", 0, end)
