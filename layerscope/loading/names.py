"""The names in an image that a dynamic linker may come upon, and how much work following them may be."""

import re
from collections.abc import Iterable

import numpy as np
from msgspec import Struct

from layerscope.index.layer_stack import LayerStack
from layerscope.layers.columns import ByteStrings, Integers, Mask
from layerscope.layers.entry import Kind

_LIBRARY = re.compile(rb"\.so")
_TARGET_LIMIT_BYTES = 4_096
# Some hundred times what an image with PyTorch takes, and a few seconds.
_STEPS_LIMIT = 10_000_000


class Steps:
    """How much work is left: parts of paths that are walked, folders that are searched, names that are looked up."""

    __slots__ = ("_left",)

    def __init__(self, limit: int = _STEPS_LIMIT) -> None:
        self._left = limit

    def take(self, count: int = 1) -> None:
        """Count steps; raises ValueError where an image asks for too many."""
        self._left -= count
        if self._left < 0:
            raise ValueError("its libraries take too many steps to follow")


class Names(Struct, frozen=True, eq=False):
    """Visible names with their own rows: of files with the rows of their contents, of symbolic links with targets."""

    files: tuple[tuple[bytes, int, int], ...]
    links: tuple[tuple[bytes, int, bytes], ...]


def read_names(stack: LayerStack, elf_rows: Iterable[int]) -> Names:
    """Find all symbolic links, and the files that are ELF files or have `.so` in their paths."""
    is_wanted = np.zeros(len(stack) + 1, dtype=np.bool_)
    is_wanted[list(elf_rows)] = True
    # A hard link is wanted with its content; what has no content leads to the additional row.
    is_wanted |= is_wanted[np.append(stack.data_rows, -1)]
    is_wanted[_rows_like(stack)] = True
    is_file = (stack.kinds == Kind.FILE) | (stack.kinds == Kind.HARDLINK)
    rows = np.flatnonzero(is_wanted[:-1] & is_file & stack.visible & (stack.data_rows >= 0))
    files = zip(_paths(stack, rows), rows.tolist(), stack.data_rows[rows].tolist(), strict=True)
    return Names(tuple(files), _read_links(stack, stack.visible & (stack.kinds == Kind.SYMLINK)))


def _rows_like(stack: LayerStack) -> Integers:
    found = [
        start + _rows_with(scan.paths) for scan, start in zip(stack.scans, stack.bounds[:-1].tolist(), strict=True)
    ]
    return np.concatenate([*found, np.empty(0, np.int64)])


def _rows_with(paths: ByteStrings) -> Integers:
    positions = [match.start() for match in _LIBRARY.finditer(paths.arena)]
    return np.searchsorted(paths.ends, np.array(positions, np.uint64), side="right").astype(np.int64)


def _read_links(stack: LayerStack, is_link: Mask) -> tuple[tuple[bytes, int, bytes], ...]:
    rows = np.flatnonzero(is_link)
    targets = [
        stack.scans[layer].targets[row - int(stack.bounds[layer])]
        for row, layer in zip(rows.tolist(), stack.layers[rows].tolist(), strict=True)
    ]
    links = zip(_paths(stack, rows), rows.tolist(), targets, strict=True)
    return tuple(link for link in links if len(link[2]) <= _TARGET_LIMIT_BYTES)


def _paths(stack: LayerStack, rows: Integers) -> list[bytes]:
    return stack.tree.paths.at(stack.nodes[rows])
