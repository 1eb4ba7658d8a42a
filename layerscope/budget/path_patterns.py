"""Patterns of paths that a team forbids, all of them matched in one walk over all paths of an image.

As in .gitignore: a pattern without a slash is for a name anywhere, one with a slash for a path from the root, `*`, `?`
and `[abc]` stand for anything but a slash, `**` for any folders or none, and a folder for all that is in it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import translate

from msgspec import Struct

_ANY_FOLDERS = "**"
# Beyond so many states, which only an image made for it leads to, none is remembered and none gets an expression.
_MOST_STATES = 256


class _State(Struct, frozen=True):
    """How far the patterns may have come behind some folders; places are counted through all patterns."""

    tests: tuple[tuple[re.Pattern[bytes], int], ...]
    """The components that may be next, and the place behind each."""
    any_of: re.Pattern[bytes] | None
    """All of them in one: nearly every name is ruled out by it."""
    stays: frozenset[int]
    """The places where one still is behind any name."""
    matched: tuple[int, ...]
    """The patterns that are for the path; what is below it matches, too."""


class PathPatterns:
    """Several patterns, told apart by their numbers."""

    def __init__(self, texts: Sequence[str]) -> None:
        # Behind the components of each pattern comes a place for its end.
        self._components: list[str] = []
        self._ends: dict[int, int] = {}
        self._states: dict[frozenset[int], _State] = {}
        starts = set()
        for number, text in enumerate(texts):
            starts.add(len(self._components))
            self._components += _components(text)
            self._ends[len(self._components)] = number
            self._components.append("")
        self._expressions = [re.compile(translate(name).encode()) for name in self._components]
        self._start = self._state(starts)

    def matching(self, paths: Iterable[bytes]) -> Iterator[tuple[int, tuple[int, ...]]]:
        """The numbers of the paths that a pattern is for, each with those of its patterns in ascending order.

        How far the folders of the last path came is kept, and neighbours share most of theirs: give paths in order.
        """
        last_folder, names, states = b"", list[bytes](), [self._start]
        for number, path in enumerate(paths):
            folder, _, name = path.rpartition(b"/")
            if folder != last_folder:
                previous, names = names, folder.split(b"/") if folder else []
                del states[_shared(previous, names) + 1 :]
                for folder_name in names[len(states) - 1 :]:
                    states.append(self._step(states[-1], folder_name))
                last_folder = folder
            matched = self._step(states[-1], name).matched
            if matched:
                yield number, matched

    def _step(self, state: _State, name: bytes) -> _State:
        """Where one may be behind a further name."""
        if state.any_of is not None and not state.any_of.match(name):
            return self._state(state.stays)
        return self._state(state.stays.union(place for component, place in state.tests if component.match(name)))

    def _state(self, places: Iterable[int]) -> _State:
        """The state of some places; fnmatch makes expressions that do not backtrack from one star into another."""
        key = frozenset(places)
        if key in self._states:
            return self._states[key]
        reached = sorted(self._skip(key))
        names = [place for place in reached if place not in self._ends and not self._is_any(place)]
        is_new = len(self._states) < _MOST_STATES
        any_of = "|".join(translate(self._components[place]) for place in names) if is_new else ""
        state = _State(
            tests=tuple((self._expressions[place], place + 1) for place in names),
            any_of=re.compile(any_of.encode()) if any_of else None,
            stays=frozenset(place for place in reached if place in self._ends or self._is_any(place)),
            matched=tuple(self._ends[place] for place in reached if place in self._ends),
        )
        if is_new:
            self._states[key] = state
        return state

    def _skip(self, places: frozenset[int]) -> set[int]:
        """Add the places behind any-folders, which may stand for none."""
        reached = set(places)
        for place in places:
            behind = place
            while self._is_any(behind):
                behind += 1
                reached.add(behind)
        return reached

    def _is_any(self, place: int) -> bool:
        return self._components[place] == _ANY_FOLDERS


def _components(text: str) -> list[str]:
    names = [name for name in text.split("/") if name]
    if "/" not in text.rstrip("/"):
        names = [_ANY_FOLDERS, *names]
    if names[-1] == _ANY_FOLDERS:
        # All below a folder, and not the folder's own name; what is below a match matches anyway.
        while names[-1] == _ANY_FOLDERS:
            names.pop()
        names.append("*")
    return names


def _shared(one: Sequence[bytes], two: Sequence[bytes]) -> int:
    count = 0
    for left, right in zip(one, two, strict=False):
        if left != right:
            break
        count += 1
    return count
