"""Which of several groups of patterns a name belongs to: one name, or many at once.

In a pattern `*` stands for any characters but a slash, the rest for itself.
"""

import re
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from layerscope.names import Names, word_of

_Integers = NDArray[np.int64]
_Mask = NDArray[np.bool_]
# So many characters are looked up before an expression is tried; few patterns begin with fewer.
_BEGINNING_BYTES = 3
# Shorter texts are in so many names that looking for them would not help.
_RARE_BYTES = 3
_BEGINNING_MASK = np.uint64((1 << (8 * _BEGINNING_BYTES)) - 1)


class _Branches:
    """Patterns of several groups as one expression, made when it is first needed."""

    __slots__ = ("_expression", "_patterns")

    def __init__(self) -> None:
        self._patterns: dict[int, list[str]] = {}
        self._expression: re.Pattern[bytes] | None = None

    def add(self, group: int, pattern: str) -> None:
        self._patterns.setdefault(group, []).append(pattern)

    def lower(self, found: int | None, name: bytes) -> int | None:
        """The first group that a name belongs to, or the one found so far."""
        if self._expression is None:
            # The first branch that matches names itself.
            parts = (f"(?P<g{group}>(?:{_either(self._patterns[group])})\\Z)" for group in sorted(self._patterns))
            self._expression = re.compile("|".join(parts).encode(), re.DOTALL)
        match = self._expression.match(name)
        if match is None:
            return found
        group = int((match.lastgroup or "g0")[1:])
        return group if found is None else min(group, found)


def _either(patterns: list[str]) -> str:
    return "|".join("[^/]*".join(map(re.escape, pattern.split("*"))) for pattern in patterns)


class NameMatcher:
    """Tells which of several groups of patterns a name belongs to; of those that match, the first.

    Whole names and endings from the last dot on are looked up. Expressions are tried only where a name has the
    beginning, the ending or the text in it that all names have which match.
    """

    def __init__(self, patterns: Iterable[tuple[int, str]]) -> None:
        self._whole: dict[bytes, int] = {}
        self._endings: dict[bytes, int] = {}
        self._by_beginning: dict[bytes, _Branches] = {}
        self._by_ending: dict[bytes, _Branches] = {}
        self._by_text: dict[bytes, _Branches] = {}
        for group, pattern in patterns:
            self._add(group, pattern.encode(), pattern)

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

    def firsts(self, names: Names, rows: _Integers) -> Iterator[tuple[int, int]]:
        """Those of the rows whose name belongs to a group, and the number of the first such group."""
        for row in rows[self.may_have(names, rows)].tolist():
            group = self.first(names[row])
            if group is not None:
                yield row, group

    def may_have(self, names: Names, rows: _Integers) -> _Mask:
        """Which of the rows' names may belong to a group, by a few of their bytes."""
        beginnings = names.beginnings[rows]
        mask = _are_among(beginnings, self._whole)
        mask |= _are_among(beginnings & _BEGINNING_MASK, self._by_beginning)
        mask |= _are_among(names.endings[rows], (*self._endings, *self._by_ending))
        for text in self._by_text:
            mask |= names.having(text)[rows] if len(text) >= _RARE_BYTES else True
        return mask

    def _add(self, group: int, text: bytes, pattern: str) -> None:
        head, tail = text.partition(b"*")[0], text.rpartition(b"*")[2]
        ending = tail[tail.rfind(b".") :] if b"." in tail else b""
        if head == text:
            self._whole[text] = min(group, self._whole.get(text, group))
        elif ending and text == b"*" + ending:
            self._endings[ending] = min(group, self._endings.get(ending, group))
        elif len(head) >= _BEGINNING_BYTES:
            self._by_beginning.setdefault(head[:_BEGINNING_BYTES], _Branches()).add(group, pattern)
        elif ending:
            self._by_ending.setdefault(ending, _Branches()).add(group, pattern)
        else:
            self._by_text.setdefault(max(text.split(b"*"), key=len), _Branches()).add(group, pattern)


def _are_among(words: NDArray[np.uint64], texts: Iterable[bytes]) -> _Mask:
    """Which words are the first eight bytes of one of the texts."""
    known = np.array(sorted({word_of(text) for text in texts}), dtype=np.uint64)
    if not len(known):
        return np.zeros(len(words), dtype=np.bool_)
    mask: _Mask = known[np.minimum(np.searchsorted(known, words), len(known) - 1)] == words
    return mask
