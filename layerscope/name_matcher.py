"""Which of several groups of patterns a name belongs to: one name, or many at once.

In a pattern `*` stands for any characters but a slash, the rest for itself.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from layerscope.names import WORD_BYTES, Names, word_of

_Integers = NDArray[np.int64]
_Mask = NDArray[np.bool_]
# So many characters are looked up before patterns are tried; few patterns begin with fewer.
_BEGINNING_BYTES = 3
# Shorter texts are in so many names that looking for them would not help.
_RARE_BYTES = 3
_NONE = -1
_BEGINNING_MASK = np.uint64((1 << (8 * _BEGINNING_BYTES)) - 1)


class _Branches:
    """Patterns of several groups, which have wildcards; an expression of all would take longer to compile than this."""

    __slots__ = ("_heads", "_patterns")

    def __init__(self) -> None:
        self._patterns: list[tuple[bytes, bytes, list[bytes], int]] = []
        self._heads: tuple[bytes, ...] = ()

    def add(self, group: int, pattern: bytes) -> None:
        head, *between, tail = pattern.split(b"*")
        self._patterns.append((head, tail, [text for text in between if text], group))
        self._heads += (head,)

    def lower(self, found: int | None, name: bytes) -> int | None:
        """The first group that a name belongs to, or the one found so far."""
        if name.startswith(self._heads):
            for head, tail, between, group in self._patterns:
                is_lower = found is None or group < found
                if is_lower and name.startswith(head) and name.endswith(tail) and _has(name, head, between, tail):
                    found = group
        return found


def _has(name: bytes, head: bytes, between: list[bytes], tail: bytes) -> bool:
    """Whether a name that begins and ends so has the other texts between, in order."""
    place, end = len(head), len(name) - len(tail)
    for text in between:
        found = name.find(text, place, end)
        if found < 0:
            return False
        place = found + len(text)
    return place <= end


class NameMatcher:
    """Tells which of several groups of patterns a name belongs to; of those that match, the first.

    Whole names and endings from the last dot on are looked up. Patterns are tried only where a name has the
    beginning, the ending or the text in it that all names have which match.
    """

    def __init__(self, patterns: Iterable[tuple[int, str]]) -> None:
        self._whole: dict[bytes, int] = {}
        self._endings: dict[bytes, int] = {}
        self._by_beginning: dict[bytes, _Branches] = {}
        self._by_ending: dict[bytes, _Branches] = {}
        self._by_text: dict[bytes, _Branches] = {}
        for group, pattern in patterns:
            self._add(group, pattern.encode())

    def first(self, name: bytes) -> int | None:
        """The number of the first group that has a name."""
        found = self._whole.get(name)
        # Without a dot this is the last character, which is no ending.
        ending = name[name.rfind(b".") :]
        group = self._endings.get(ending)
        if group is not None and (found is None or group < found):
            found = group
        if ending in self._by_ending:
            found = self._by_ending[ending].lower(found, name)
        beginning = name[:_BEGINNING_BYTES]
        if beginning in self._by_beginning:
            found = self._by_beginning[beginning].lower(found, name)
        for text, branches in self._by_text.items():
            if text in name:
                found = branches.lower(found, name)
        return found

    def firsts(self, names: Names, rows: _Integers) -> tuple[_Integers, _Integers]:
        """Those of the rows whose name belongs to a group, and the number of the first such group of each."""
        groups = self._lookups.short_endings.find(names.endings[rows])
        for position in np.flatnonzero(self._may_have_more(names, rows)).tolist():
            group = self.first(names[int(rows[position])])
            groups[position] = _NONE if group is None else group
        is_found = groups != _NONE
        return rows[is_found], groups[is_found]

    def may_have(self, names: Names, rows: _Integers) -> _Mask:
        """Which of the rows' names may belong to a group, by a few of their bytes."""
        return self._may_have_more(names, rows) | self._lookups.short_endings.has(names.endings[rows])

    def _may_have_more(self, names: Names, rows: _Integers) -> _Mask:
        """Which of the names may match more than a short ending, which says all there is to say."""
        lookups, beginnings = self._lookups, names.beginnings[rows]
        mask = lookups.whole.has(beginnings)
        mask |= lookups.beginnings.has(beginnings & _BEGINNING_MASK)
        mask |= lookups.endings.has(names.endings[rows])
        for text in self._by_text:
            mask |= names.having(text)[rows] if len(text) >= _RARE_BYTES else True
        return mask

    @cached_property
    def _lookups(self) -> "_Lookups":
        short = {ending: group for ending, group in self._endings.items() if len(ending) < WORD_BYTES}
        return _Lookups(
            whole=_Words(self._whole),
            beginnings=_Words(dict.fromkeys(self._by_beginning, 0)),
            short_endings=_Words(short),
            endings=_Words(dict.fromkeys((*self._endings.keys() - short.keys(), *self._by_ending), 0)),
        )

    def _add(self, group: int, text: bytes) -> None:
        head, tail = text.partition(b"*")[0], text.rpartition(b"*")[2]
        ending = tail[tail.rfind(b".") :] if b"." in tail else b""
        if head == text:
            self._whole[text] = min(group, self._whole.get(text, group))
        elif ending and text == b"*" + ending:
            self._endings[ending] = min(group, self._endings.get(ending, group))
        elif len(head) >= _BEGINNING_BYTES:
            self._by_beginning.setdefault(head[:_BEGINNING_BYTES], _Branches()).add(group, text)
        elif ending:
            self._by_ending.setdefault(ending, _Branches()).add(group, text)
        else:
            self._by_text.setdefault(max(text.split(b"*"), key=len), _Branches()).add(group, text)


class _Words:
    """Up to eight bytes of texts as numbers, looked up for many names at once."""

    def __init__(self, groups: Mapping[bytes, int]) -> None:
        known: dict[int, int] = {}
        for text, group in groups.items():
            known[word_of(text)] = min(group, known.get(word_of(text), group))
        # There is always one, which no name has: zeros.
        self._words = np.array(sorted(known) or [0], np.uint64)
        self._groups = np.array([known[word] for word in sorted(known)] or [_NONE], np.int64)

    def find(self, words: NDArray[np.uint64]) -> _Integers:
        """The group of each word's text, _NONE where it is none of them."""
        places = np.minimum(np.searchsorted(self._words, words), len(self._words) - 1)
        found: _Integers = np.where(self._words[places] == words, self._groups[places], _NONE)
        return found

    def has(self, words: NDArray[np.uint64]) -> _Mask:
        """Which of the words are one of them."""
        mask: _Mask = self.find(words) != _NONE
        return mask


class _Lookups(Struct, frozen=True):
    whole: _Words
    beginnings: _Words
    short_endings: _Words
    endings: _Words
