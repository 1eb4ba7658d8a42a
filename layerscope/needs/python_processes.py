"""In whose company Python's extensions are loaded: the interpreter, and what importing torch mapped before."""

import re
from collections.abc import Iterable, Mapping

import numpy as np
from msgspec import Struct

from layerscope.index.layer_stack import LayerStack
from layerscope.loading.loader import Loader
from layerscope.probes.elf import ElfFacts

_SITE = re.compile(rb"(?:(.*)/)?lib(?:64)?/python(3(?:\.\d+)?)/(?:site|dist)-packages(?=/)")
_INTERPRETER = re.compile(rb"(?:(.*)/)?bin/python(3\.\d+)")
# `import torch` maps the first of these for everybody to see, then its module with all the rest.
_TORCH = re.compile(rb"torch/(?:lib/libtorch_(?:global_deps|python)\.so|lib/libtorch_cuda\.so|_C\.[^/]*\.so)")
# There are four of them, and they map some 60 libraries. What is left out is taken for absent, so more is needed.
_TORCH_FILES_LIMIT, _LOADED_LIMIT = 20, 500


class Site(Struct, frozen=True):
    """A folder of Python's packages: the interpreter's row, None for an unknown one, and the files of torch in it."""

    folder: bytes
    program: int | None
    torch: tuple[int, ...]

    def loaded_by_torch(self, loader: Loader) -> tuple[int, ...]:
        """The rows that importing torch maps, in whichever image the loader sees."""
        found: dict[int, None] = {}
        for row in self.torch[:_TORCH_FILES_LIMIT]:
            found |= dict.fromkeys(loader.load(row, tuple(found), self.program).rows)
        return tuple(found)[:_LOADED_LIMIT]


class Sites:
    """All folders of Python's packages, told from the paths of ELF files in them, which are in `paths` by rows."""

    def __init__(self, stack: LayerStack, facts: Mapping[int, ElfFacts]) -> None:
        self.paths = _paths(stack, facts)
        self._programs = list(_programs(self.paths, facts))
        self._torch: dict[bytes, list[int]] = {}
        for row, path in self.paths.items():
            match = _SITE.match(path)
            if match and _TORCH.fullmatch(path, match.end() + 1):
                self._torch.setdefault(match[0], []).append(row)
        self._sites: dict[bytes, Site] = {}

    def of(self, row: int) -> Site | None:
        """The folder of packages that a file lies in."""
        match = _SITE.match(self.paths[row])
        if match is None:
            return None
        folder = match[0]
        if folder not in self._sites:
            torch = sorted(self._torch.get(folder, ()), key=lambda row: b"global_deps" not in self.paths[row])
            self._sites[folder] = Site(folder, self._program(match[1] or b"", match[2]), tuple(torch))
        return self._sites[folder]

    def _program(self, prefix: bytes, version: bytes) -> int | None:
        """The interpreter of that version, best from the same place, else one that a system has once for all."""
        fitting = [item for item in self._programs if item[1] == version or b"." not in version]
        return min(fitting, key=lambda item: (item[0] != prefix, item[0] != b"usr", item), default=(b"", b"", None))[2]


def _paths(stack: LayerStack, rows: Iterable[int]) -> dict[int, bytes]:
    """The paths of contents, by another name where their own is hidden."""
    wanted = np.array(sorted(rows), dtype=np.int64)
    named = dict(zip(wanted.tolist(), stack.nodes[wanted].tolist(), strict=True))
    hidden = wanted[~stack.visible[wanted]]
    names = np.flatnonzero(stack.visible & np.isin(stack.data_rows, hidden))[::-1]
    named |= dict(zip(stack.data_rows[names].tolist(), stack.nodes[names].tolist(), strict=True))
    return dict(zip(named, stack.tree.paths.at(np.array(list(named.values()), dtype=np.int64)), strict=True))


def _programs(paths: Mapping[int, bytes], facts: Mapping[int, ElfFacts]) -> Iterable[tuple[bytes, bytes, int]]:
    for row, path in paths.items():
        if facts[row].interpreter and (match := _INTERPRETER.fullmatch(path)):
            yield match[1] or b"", match[2], row
