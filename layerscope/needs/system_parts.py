"""The parts of the system that a workload may need besides libraries that it is linked to, and where they lie."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

import numpy as np
from msgspec import Struct

from layerscope.classify import Classification
from layerscope.detectors.detector import Group
from layerscope.index.apply import LIVE
from layerscope.index.layer_stack import LayerStack
from layerscope.layers.columns import Integers, Mask
from layerscope.layers.entry import Kind

# Parts by their paths: those of CUDA count only in the system's CUDA, the others anywhere.
_OF_CUDA = {
    "nvcc": re.compile(rb".*/bin/(?:nvcc|cicc|cudafe\+\+|fatbinary|nvlink)"),
    "ptxas": re.compile(rb".*/bin/ptxas|.*/nvvm/libdevice/[^/]+\.bc"),
    "libnvvm": re.compile(rb".*/libnvvm\.so[^/]*|.*/nvvm/libdevice/[^/]+\.bc"),
    "cuobjdump": re.compile(rb".*/bin/cuobjdump"),
    "headers": re.compile(rb".*/include/.*\.(?:h|hpp|cuh|inl)"),
    "cudnn": re.compile(rb".*/libcudnn[^/]*\.so[^/]*"),
    "cupti": re.compile(rb".*/lib(?:cupti|nvperf_)[^/]*\.so[^/]*"),
}
_OF_SYSTEM = {
    "host-compiler": re.compile(
        rb"(?:usr/(?:local/)?)?bin/(?:[a-z0-9_]+-linux-gnu-)?(?:gcc|cc|clang|tcc)(?:-[0-9.]+)?"
    ),
    "g++": re.compile(rb"(?:usr/(?:local/)?)?bin/(?:[a-z0-9_]+-linux-gnu-)?(?:g\+\+|c\+\+|clang\+\+)(?:-[0-9.]+)?"),
    "python-headers": re.compile(rb".*/include/python3[^/]*/Python\.h"),
}
# One of them is in the path of each part of the system.
_TEXTS = (b"bin/", b"/Python.h")
# Linux takes no longer path, and nothing of interest is in one.
_PATH_LIMIT_BYTES = 4_096


class SystemParts(Struct, frozen=True, eq=False):
    """Which rows are the system's CUDA, and the visible rows of each part; a part that is absent has none."""

    is_cuda: Mask
    rows: Mapping[str, tuple[int, ...]]

    def of(self, part: str) -> tuple[int, ...]:
        """The rows of one part."""
        return self.rows.get(part, ())


def find_parts(stack: LayerStack, classification: Classification) -> SystemParts:
    """Tell the system's CUDA by its category, and its parts by their paths."""
    groups = [item.group is Group.CUDA for item in classification.detectors]
    of_cuda = np.array(groups, dtype=np.bool_)[classification.of_rows]
    shown = stack.visible & np.isin(stack.kinds, (Kind.FILE, Kind.HARDLINK, Kind.SYMLINK))
    may_be_of_system = stack.rows_having(*_TEXTS)
    rows = {
        **_sort(_paths(stack, np.flatnonzero(of_cuda & shown)), _OF_CUDA),
        **_sort(_paths(stack, may_be_of_system[(shown & ~of_cuda)[may_be_of_system]]), _OF_SYSTEM),
    }
    return SystemParts(of_cuda & (stack.hidden_by == LIVE), rows)


def _paths(stack: LayerStack, rows: Integers) -> Iterable[tuple[int, bytes]]:
    return zip(rows.tolist(), stack.tree.paths.at(stack.nodes[rows]), strict=True)


def _sort(paths: Iterable[tuple[int, bytes]], parts: Mapping[str, re.Pattern[bytes]]) -> dict[str, tuple[int, ...]]:
    found: dict[str, list[int]] = defaultdict(list)
    for row, path in paths:
        if len(path) <= _PATH_LIMIT_BYTES:
            for part, expression in parts.items():
                if expression.fullmatch(path):
                    found[part].append(row)
    return {part: tuple(rows) for part, rows in found.items()}
