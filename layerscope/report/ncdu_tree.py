"""Writes a tree in ncdu's format, piece by piece: paths come sorted, so that each folder is opened once."""

import json
from collections.abc import Iterable, Iterator

from msgspec import Struct

from layerscope.__about__ import __version__
from layerscope.report.texts import cut
from layerscope.units import safe_text

_PIECE_BYTES = 1 << 16
# ncdu refuses names of 32 KiB, and calls itself once for each folder that it enters.
_NAME_CHARACTERS = 1_000
_DEPTH_LIMIT = 500
_DEVICE = 1


class Item(Struct, frozen=True):
    """One name: a folder, a file, or something else; an `inode` is given where a content has several `names`."""

    size_bytes: int = 0
    is_folder: bool = False
    is_file: bool = True
    inode: int | None = None
    names: int = 1


class TreeWriter:
    """One tree with a root; `write` gives its pieces in order, `finish` the last one."""

    def __init__(self, title: str) -> None:
        head = {"progname": "layerscope", "progver": __version__}
        self._pending = [f"[1,1,{json.dumps(head)},\n[{_head(title)}"]
        self._pending_bytes = 0
        self._open: list[bytes] = []

    def write(self, items: Iterable[tuple[bytes, Item]], folder: str | None = None) -> Iterator[bytes]:
        """Add items, sorted by the components of their paths, to the root or to a folder of it."""
        if folder is not None:
            self._say(f",\n[{_head(folder)}")
        for path, item in items:
            # What lies very deep stays in one folder, by the rest of its path.
            parts = path.split(b"/", _DEPTH_LIMIT) if path else []
            self._enter(parts[:_DEPTH_LIMIT] if item.is_folder else parts[:-1])
            if not item.is_folder:
                self._say(f",\n{_file(parts[-1] if parts else b'/', item)}")
            if self._pending_bytes > _PIECE_BYTES:
                yield self._take()
        self._enter([])
        if folder is not None:
            self._say("]")

    def finish(self) -> bytes:
        """The end of the tree."""
        self._say("]]\n")
        return self._take()

    def _enter(self, folders: list[bytes]) -> None:
        """Close what is open and not above, and open what is above and not open."""
        common = 0
        for one, other in zip(self._open, folders, strict=False):
            if one != other:
                break
            common += 1
        self._say("]" * (len(self._open) - common))
        for name in folders[common:]:
            self._say(f",\n[{_head(name)}")
        self._open = folders

    def _say(self, text: str) -> None:
        self._pending.append(text)
        self._pending_bytes += len(text)

    def _take(self) -> bytes:
        piece = "".join(self._pending).encode("utf-8")
        self._pending, self._pending_bytes = [], 0
        return piece


def _head(name: bytes | str) -> str:
    return f'{{"name":{_name(name)}}}'


def _file(name: bytes, item: Item) -> str:
    size = f',"asize":{item.size_bytes},"dsize":{item.size_bytes}' if item.size_bytes else ""
    kind = "" if item.is_file else ',"notreg":true'
    links = ""
    if item.inode is not None:
        links = f',"dev":{_DEVICE},"ino":{item.inode},"hlnkc":true,"nlink":{item.names}'
    return f'{{"name":{_name(name)}{size}{links}{kind}}}'


def _name(name: bytes | str) -> str:
    return json.dumps(cut(safe_text(name), _NAME_CHARACTERS) or "(no name)", ensure_ascii=False)
