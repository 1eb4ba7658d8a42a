"""Which layers hold files of the build context, and what their paths were in it."""

from collections.abc import Iterator, Mapping
from itertools import takewhile

import numpy as np
from msgspec import Struct

from layerscope.findings.case import Case
from layerscope.layers.entry import Kind

_WHOLE = frozenset((".", "./", "*", "./*"))
_LEGACY = ("dir:", "file:", "multi:")


class ContextCopy(Struct, frozen=True, eq=False):
    """A layer that COPY or ADD made from the build context; `paths` gives rows' paths in what was copied.

    With `is_whole` the instruction took the whole context.
    """

    layer: int
    is_whole: bool
    paths: Mapping[int, bytes]


def context_copies(case: Case) -> Iterator[ContextCopy]:
    """The layers that brought files of the context, as far as the history tells.

    The history does not say `--from`: an absolute source is another stage's, since the context's are relative.
    """
    for layer in range(len(case.image.layers)):
        words = case.instruction(layer).split()
        if not words or words[0] not in ("COPY", "ADD"):
            continue
        sources, target = _arguments(words[1:])
        if sources and not any(source.startswith("/") or "://" in source for source in sources):
            yield ContextCopy(layer, _is_whole(sources), _paths(case, layer, target))


def _arguments(words: list[str]) -> tuple[list[str], str]:
    """Sources and target, from `. /app` or the legacy builder's `dir:0123 in /app`."""
    words = [word for word in words if not word.startswith("--")]
    if len(words) == 3 and words[1] == "in" and words[0].startswith(_LEGACY):
        return [words[0]], words[2]
    return words[:-1], words[-1] if words else ""


def _is_whole(sources: list[str]) -> bool:
    return any(source in _WHOLE or source.startswith(("dir:", "multi:")) for source in sources)


def _paths(case: Case, layer: int, target: str) -> dict[int, bytes]:
    """Rows and their paths below the target; a relative target is the folder that all have in common."""
    start, end = int(case.index.bounds[layer]), int(case.index.bounds[layer + 1])
    here = case.has_content[start:end] & (case.index.kinds[start:end] != Kind.SYMLINK)
    paths = {row: case.index.path(row) for row in (np.flatnonzero(here) + start).tolist()}
    root = target.strip("/").encode() if target.startswith("/") else _common_folder(list(paths.values()))
    prefix = root + b"/" if root else b""
    return {row: path[len(prefix) :] for row, path in paths.items() if path.startswith(prefix)}


def _common_folder(paths: list[bytes]) -> bytes:
    folders = [path.split(b"/")[:-1] for path in paths]
    pairs = zip(min(folders, default=[]), max(folders, default=[]), strict=False)
    return b"/".join(one for one, _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
