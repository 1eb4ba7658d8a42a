"""Names of many files as columns, to be looked at all together."""

import numpy as np
from numpy.typing import NDArray

_Integers = NDArray[np.int64]
_Mask = NDArray[np.bool_]
_Words = NDArray[np.uint64]
WORD_BYTES = 8
# What stays of a word of which only so many bytes count.
_MASKS = np.array([(1 << (8 * count)) - 1 for count in range(WORD_BYTES + 1)], dtype=np.uint64)


class Names:
    """The last parts of many paths: `beginnings` and `endings` have up to eight bytes of each, as numbers.

    An ending is what begins with the last dot, 0 where there is none. `starts` and `path_starts` say where names and
    paths begin if all paths stand behind one another, `path_ends` where they end.
    """

    def __init__(self, paths: list[bytes]) -> None:
        self._paths = paths
        self._arena = arena = b"".join(paths)
        # Eight bytes from each place on.
        self._words = np.ndarray((len(arena) + 1,), dtype="<u8", buffer=arena + bytes(WORD_BYTES), strides=(1,))
        lengths = np.fromiter(map(len, paths), dtype=np.int64, count=len(paths))
        self.path_ends = np.cumsum(lengths)
        self.path_starts = self.path_ends - lengths
        self.starts = np.maximum(self._last(b"/") + 1, self.path_starts)
        dots = self._last(b".")
        self.beginnings = self._between(self.starts, self.path_ends)
        self.endings = self._between(np.where(dots >= self.starts, dots, self.path_ends), self.path_ends)

    def __len__(self) -> int:
        return len(self._paths)

    def __getitem__(self, row: int) -> bytes:
        return self._paths[row].rpartition(b"/")[2]

    def having(self, text: bytes) -> _Mask:
        """Which paths have a text in them; where two meet, one of them may only seem to."""
        mask = np.zeros(len(self), dtype=np.bool_)
        mask[np.searchsorted(self.path_ends, places_of(text, self._arena), side="right")] = True
        return mask

    def _last(self, character: bytes) -> _Integers:
        """The last place of a character before the end of each path, in whichever path that is; -1 for none."""
        places = np.concatenate([[-1], np.flatnonzero(np.frombuffer(self._arena, dtype=np.uint8) == character[0])])
        last: _Integers = places[np.searchsorted(places, self.path_ends) - 1]
        return last

    def _between(self, starts: _Integers, ends: _Integers) -> _Words:
        words: _Words = self._words[starts] & _MASKS[np.minimum(ends - starts, WORD_BYTES)]
        return words


def word_of(text: bytes) -> int:
    """The first eight bytes of a text as such a number."""
    return int.from_bytes(text[:WORD_BYTES], "little")


def places_of(text: bytes, arena: bytes) -> _Integers:
    """Where a text begins in very many paths that stand behind one another."""
    places = []
    place = arena.find(text)
    while place >= 0:
        places.append(place)
        place = arena.find(text, place + 1)
    return np.array(places, dtype=np.int64)
