"""Bytes that a rebuild would no longer have: no byte is promised twice, and none that another name keeps."""

import numpy as np

from layerscope.index.file_index import FileIndex
from layerscope.layers.columns import Integers


class Ledger:
    """Remembers which bytes have been promised.

    A content goes away only if every name that leads to it is claimed at once: the names that a cache and an
    environment share by hard links keep it.
    """

    def __init__(self, index: FileIndex) -> None:
        self._data_rows = index.data_rows
        names = index.data_rows[index.data_rows >= 0]
        # One place more than rows, for the -1 of what leads to no content.
        self._names = np.bincount(names, minlength=len(index) + 1)
        self._claimed = np.zeros(len(index) + 1, dtype=np.int64)
        self._left_bytes = index.sizes.copy()

    def take(self, rows: Integers) -> Integers:
        """For each row, distinct ones, the bytes that go away with it: once for all names of a content.

        The work is that of the rows, not of the image.
        """
        contents = self._data_rows[rows]
        np.add.at(self._claimed, contents, 1)
        goes = (contents == rows) & (self._claimed[contents] == self._names[contents])
        self._claimed[contents] = 0
        saved = np.where(goes, self._left_bytes[rows], 0)
        self._left_bytes[rows[goes]] = 0
        return saved

    def take_whole(self, rows: Integers) -> Integers:
        """The same where the rows are layers' or packages' as a whole, and no name outside keeps a content."""
        saved: Integers = self._left_bytes[rows].copy()
        self._left_bytes[rows] = 0
        return saved

    def take_part(self, row: int, wanted_bytes: int) -> int:
        """The bytes of a part of a row's content that nobody has been promised."""
        row = int(self._data_rows[row])
        if row < 0:
            return 0
        saved = min(wanted_bytes, int(self._left_bytes[row]))
        self._left_bytes[row] -= saved
        return saved
