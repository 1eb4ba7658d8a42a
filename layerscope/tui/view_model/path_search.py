"""Looks for something in very many paths at once: they are put behind one another, and searched as one text."""

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from msgspec import Struct

from layerscope.index.tree import PathTree
from layerscope.layers.columns import Integers, Mask

# No path has a NUL; the slash makes the first name of a path like all others.
_BETWEEN = b"\0/"


class SearchedPaths(Struct, frozen=True, eq=False):
    """Paths in lower case behind one another; `ends[i]` is where path `i` ends.

    `odd` are those, by their places, in which lower case is not a matter of bytes.
    """

    text: bytes
    ends: Integers
    odd: dict[int, str]

    @classmethod
    def of(cls, paths: Sequence[bytes]) -> "SearchedPaths":
        """Put paths behind one another."""
        lengths = np.fromiter(map(len, paths), np.int64, len(paths))
        odd = {place: _text(path) for place, path in enumerate(paths) if not path.isascii()}
        text = b"".join((_BETWEEN, _BETWEEN.join(paths), _BETWEEN)).lower()
        return cls(text, np.cumsum(lengths + len(_BETWEEN)), odd)

    def __len__(self) -> int:
        return len(self.ends)

    def find(self, wanted: re.Pattern[bytes]) -> Mask:
        """The paths that a pattern is found in; it must not match across a NUL."""
        starts = np.fromiter((match.start() for match in wanted.finditer(self.text)), np.int64)
        found = np.zeros(len(self), dtype=np.bool_)
        places = np.searchsorted(self.ends, starts, side="right")
        found[places[places < len(self)]] = True
        return found

    def path(self, place: int) -> str:
        """One path, in lower case, with a slash before it."""
        if place in self.odd:
            return self.odd[place]
        start = int(self.ends[place - 1]) if place else 0
        return self.text[start + 1 : int(self.ends[place])].decode("ascii")


@lru_cache(maxsize=1)
def searched_paths(tree: PathTree) -> SearchedPaths:
    """The paths of all nodes of a tree, for every view of it; made once, since they are many."""
    return SearchedPaths.of(tree.paths.at(np.arange(len(tree))))


def _text(path: bytes) -> str:
    return "/" + path.decode("utf-8", "replace").lower()
