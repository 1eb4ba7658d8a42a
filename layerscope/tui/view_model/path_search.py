"""Looks for something in very many paths at once: they are put behind one another, and searched as one text."""

import re
from collections.abc import Sequence

import numpy as np

from layerscope.layers.columns import Mask

# No path has a NUL; the slash makes the first name of a path like all others.
_BETWEEN = b"\0/"


def search_paths(paths: Sequence[bytes], wanted: re.Pattern[bytes]) -> Mask:
    """Which of the paths, in lower case, a pattern is found in; it must not match across a NUL."""
    arena = b"".join((_BETWEEN, _BETWEEN.join(paths), _BETWEEN)).lower()
    lengths = np.fromiter(map(len, paths), np.int64, len(paths))
    ends = np.cumsum(lengths + len(_BETWEEN))
    starts = np.fromiter((match.start() for match in wanted.finditer(arena)), np.int64)
    found = np.zeros(len(paths), dtype=np.bool_)
    places = np.searchsorted(ends, starts, side="right")
    found[places[places < len(paths)]] = True
    return found
