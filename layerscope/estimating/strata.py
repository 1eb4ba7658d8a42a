"""Rows of layers, put together where their bytes compress alike."""

import numpy as np
from numpy.typing import NDArray

from layerscope.layers.columns import ByteStrings, Integers, numbered

# Seven letters and the dot fit into an int64.
_TAIL_BYTES = 8
_DOT, _SLASH, _ZERO, _NINE = b"./09"


def extensions(paths: ByteStrings) -> Integers:
    """A number for the extension of each path, 0 where its name has none of at most seven letters.

    Digits count as one letter, so that `.so.1` and `.so.2` are alike.
    """
    ends = paths.ends.astype(np.int64)
    lengths = np.diff(ends, prepend=0)
    arena = np.frombuffer(bytes(_TAIL_BYTES) + paths.arena, np.uint8)
    is_open = np.ones(len(ends), dtype=np.bool_)
    found, read = np.zeros_like(ends), np.zeros_like(ends)
    for distance in range(1, _TAIL_BYTES + 1):
        letters = arena[ends + (_TAIL_BYTES - distance)]
        is_open &= (distance <= lengths) & (letters != _SLASH)
        is_dot = is_open & (letters == _DOT)
        found[is_dot] = read[is_dot]
        is_open &= ~is_dot
        read = (read << 8) + np.where((letters >= _ZERO) & (letters <= _NINE), _ZERO, letters)
    return found


def stratify(keys: Integers, sizes_bytes: Integers, enough_bytes: float) -> tuple[Integers, int]:
    """A stratum for each row, and how many there are.

    A row that has enough bytes stands alone, others are together with those of their key; keys that have too few bytes
    share one stratum.
    """
    is_alone = sizes_bytes >= enough_bytes
    names, of_rows = np.unique(keys, return_inverse=True)
    totals = np.bincount(of_rows, weights=np.where(is_alone, 0, sizes_bytes), minlength=len(names))
    strata = np.where(totals[of_rows] >= enough_bytes, of_rows, len(names))
    strata[is_alone] = len(names) + 1 + np.arange(np.count_nonzero(is_alone))
    used, places = numbered(strata)
    return places, len(used)


def stratum_means(strata: Integers, values: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """The mean of the values in each stratum; the mean of all for a stratum that has none."""
    counts = np.bincount(strata, minlength=count)
    sums = np.bincount(strata, weights=values, minlength=count)
    return np.where(counts > 0, sums / np.maximum(counts, 1), values.mean())
