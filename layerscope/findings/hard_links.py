"""Hard links by the contents that they lead to."""

import numpy as np
from msgspec import Struct

from layerscope.layers.columns import Integers


class HardLinks(Struct, frozen=True, eq=False):
    """All hard links of an index, `rows`, in the order of the contents that they lead to."""

    rows: Integers
    contents: Integers

    def to(self, contents: Integers) -> Integers:
        """The links to these contents, in work that grows with both and not with the index."""
        starts = np.searchsorted(self.contents, contents, side="left")
        counts = np.searchsorted(self.contents, contents, side="right") - starts
        before = np.cumsum(counts) - counts
        places = np.repeat(starts - before, counts) + np.arange(counts.sum())
        links: Integers = self.rows[places]
        return links


def sort_links(data_rows: Integers) -> HardLinks:
    """The links among rows, each of which leads to the content of its data row."""
    rows = np.flatnonzero((data_rows >= 0) & (data_rows != np.arange(len(data_rows))))
    rows = rows[np.argsort(data_rows[rows], kind="stable")]
    return HardLinks(rows, data_rows[rows])
