"""What contents say of one another: which are the same, and what one written over another means."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from layerscope.index.cause import Cause
from layerscope.layers.columns import Integers, Mask, distinct
from layerscope.layers.scan import LayerScan

SameContents = Callable[[Integers, Integers], Integers]
"""Tells contents apart: layers' positions and rows within them in; out a number each, equal where the contents are."""


class Contents:
    """Classes of the content rows that were asked about, -1 for all others."""

    def __init__(self, scans: Sequence[LayerScan], bounds: Integers, layers: Integers, sizes: Integers) -> None:
        self._scans = scans
        self._bounds = bounds
        self._layers = layers
        self._sizes = sizes
        self.classes = np.full(len(sizes), -1, dtype=np.int64)

    def tell_apart(self, rows: Integers, rewrites: Integers, same_contents: SameContents) -> None:
        """Ask for the classes of these rows and of the pairs that have one size."""
        pairs = rewrites[self._undecided(rewrites)]
        wanted = distinct(np.concatenate([rows, pairs.ravel()]))
        layers = self._layers[wanted]
        self.classes[wanted] = same_contents(layers, wanted - self._bounds[layers])

    def rewrite_causes(self, pairs: Integers) -> NDArray[np.uint8]:
        """The cause for each pair of content rows, the old and the new one."""
        old, new = pairs[:, 0], pairs[:, 1]
        same = (self.classes[old] >= 0) & (self.classes[old] == self.classes[new])
        same |= (self._sizes[old] == 0) & (self._sizes[new] == 0)
        same |= self._same_source(pairs)
        causes = np.where(same, Cause.REWRITTEN_IDENTICAL, Cause.OVERWRITTEN).astype(np.uint8)
        causes[same & ~self._same_metadata(old, new)] = Cause.METADATA_ONLY
        return causes

    def _undecided(self, pairs: Integers) -> Mask:
        sizes = self._sizes[pairs]
        undecided: Mask = (sizes[:, 0] == sizes[:, 1]) & (sizes[:, 0] > 0) & ~self._same_source(pairs)
        return undecided

    def _same_source(self, pairs: Integers) -> Mask:
        """Whether both are one row of one scan: the same blob listed twice, or the same content under two names."""
        identity = np.array([id(scan) for scan in self._scans] or [0], dtype=np.int64)
        layers = self._layers[pairs]
        local = pairs - self._bounds[layers]
        same: Mask = (identity[layers[:, 0]] == identity[layers[:, 1]]) & (local[:, 0] == local[:, 1])
        return same

    def _same_metadata(self, old: Integers, new: Integers) -> Mask:
        same = np.ones(len(old), dtype=np.bool_)
        for name in ("modes", "uids", "gids", "mtimes_ns", "xattrs"):
            column = np.concatenate([getattr(scan, name) for scan in self._scans]) if len(old) else old
            same &= column[old] == column[new]
        return same
