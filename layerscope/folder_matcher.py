"""Which of many patterns of folders a folder belongs to, followed from the root one name at a time.

In a pattern a name of its own, `**`, stands for any folders or none; `*` in a name for any characters.
"""

import re
from collections.abc import Iterable, Sequence

_ANY = "**"
# An image may have any number of names; what follows most of them is found quickly.
_KEPT_STEPS = 1 << 16

_Place = tuple[int, int]
"""A pattern's number, and how many of its names were met."""


class FolderMatcher:
    """All patterns as one automaton whose states are made when a folder first leads to them."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._patterns = [tuple(pattern.split("/")) if pattern else () for pattern in patterns]
        self._states: dict[frozenset[_Place], _State] = {}
        self._start = self.state((number, 0) for number in range(len(patterns)))
        self._reached = {b"": self._start}

    def matching(self, folder: bytes) -> tuple[int, ...]:
        """The numbers of the patterns that a folder belongs to, in order; the root's path is empty."""
        state = self._reached.get(folder)
        if state is None:
            above, _, name = folder.rpartition(b"/")
            state = self._reached[folder] = self._follow(above).after(name)
        return state.matched

    def _follow(self, folder: bytes) -> "_State":
        """The state of a folder; most were asked for before those in them."""
        state = self._reached.get(folder)
        if state is None:
            state = self._start
            for name in folder.split(b"/"):
                state = state.after(name)
        return state

    def state(self, places: Iterable[_Place]) -> "_State":
        """The one state of a set of places; where any folders may come, none may come as well."""
        reached: set[_Place] = set()
        for number, met in places:
            names = self._patterns[number]
            until = met
            while until < len(names) and names[until] == _ANY:
                until += 1
            reached.update((number, count) for count in range(met, until + 1))
        key = frozenset(reached)
        if key not in self._states:
            self._states[key] = _State(self, self._patterns, key)
        return self._states[key]


class _State:
    """What may follow, and what was matched by now."""

    __slots__ = ("_any_wildcard", "_default", "_matcher", "_names", "_next", "_stays", "_wildcards", "matched")

    def __init__(self, matcher: FolderMatcher, patterns: list[tuple[str, ...]], places: frozenset[_Place]) -> None:
        self._matcher = matcher
        self._next: dict[bytes, _State] = {}
        self._stays: list[_Place] = []
        self._names: dict[bytes, list[_Place]] = {}
        self._wildcards: list[tuple[bytes, _Place]] = []
        self._any_wildcard: re.Pattern[bytes] | None = None
        self._default: _State | None = None
        self.matched = tuple(sorted(number for number, met in places if met == len(patterns[number])))
        for number, met in sorted(places):
            if met < len(patterns[number]):
                self._expect(patterns[number][met], (number, met))

    def _expect(self, name: str, place: _Place) -> None:
        number, met = place
        if name == _ANY:
            self._stays.append(place)
        elif "*" in name:
            self._wildcards.append((_expression(name), (number, met + 1)))
        else:
            self._names.setdefault(name.encode(), []).append((number, met + 1))

    def after(self, name: bytes) -> "_State":
        """The state of a folder of that name in this one."""
        known = self._next.get(name)
        if known is not None:
            return known
        met = [*self._names.get(name, ()), *self._met(name)]
        state = self._matcher.state([*self._stays, *met]) if met else self._otherwise()
        if len(self._next) < _KEPT_STEPS:
            self._next[name] = state
        return state

    def _met(self, name: bytes) -> list[_Place]:
        """Where the patterns go on whose next name has a wildcard and is this one."""
        if self._any_wildcard is None:
            self._any_wildcard = re.compile(b"|".join(b"(?:%b)" % text for text, _ in self._wildcards), re.DOTALL)
        if not self._wildcards or not self._any_wildcard.fullmatch(name):
            return []
        return [place for text, place in self._wildcards if re.fullmatch(text, name, re.DOTALL)]

    def _otherwise(self) -> "_State":
        """The state after a name that no pattern waits for."""
        if self._default is None:
            self._default = self._matcher.state(self._stays)
        return self._default


def _expression(name: str) -> bytes:
    return ".*".join(map(re.escape, name.split("*"))).encode()
