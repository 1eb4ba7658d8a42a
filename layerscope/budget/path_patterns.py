"""Patterns of paths that a team forbids, matched against all paths of an image in one walk.

As in .gitignore: a pattern without a slash is for a name anywhere, one with a slash for a path from the root, `*`, `?`
and `[abc]` stand for anything but a slash, `**` for any folders or none, and a folder for all that is in it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import translate

_ANY_FOLDERS = None


@dataclass(frozen=True, slots=True)
class PathPattern:
    """A pattern as its components; None stands for any folders or none."""

    text: str
    components: tuple[re.Pattern[bytes] | None, ...]

    @classmethod
    def of(cls, text: str) -> "PathPattern":
        """Read a pattern."""
        names = [name for name in text.split("/") if name]
        if "/" not in text.rstrip("/"):
            names = ["**", *names]
        if names[-1] == "**":
            # All below a folder, and not the folder's own name; what is below a match matches anyway.
            while names[-1] == "**":
                names.pop()
            names.append("*")
        return cls(text, tuple(_ANY_FOLDERS if name == "**" else _compiled(name) for name in names))


def _compiled(name: str) -> re.Pattern[bytes]:
    """One component; fnmatch makes expressions that do not backtrack from one star into another."""
    return re.compile(translate(name).encode())


def matching(paths: Iterable[bytes], pattern: PathPattern) -> Iterator[int]:
    """The numbers of the paths that a pattern is for.

    How far the components of the last path came is kept, and neighbours share most of theirs: give paths in order.
    """
    names: Sequence[bytes] = ()
    states: list[frozenset[int]] = [_skip({0}, pattern)]
    for number, path in enumerate(paths):
        previous, names = names, path.split(b"/")
        shared = _shared(previous, names)
        del states[min(shared, len(states) - 1) + 1 :]
        for name in names[len(states) - 1 :]:
            states.append(_step(states[-1], name, pattern))
        if len(pattern.components) in states[-1]:
            yield number


def _shared(one: Sequence[bytes], two: Sequence[bytes]) -> int:
    count = 0
    for left, right in zip(one, two, strict=False):
        if left != right:
            break
        count += 1
    return count


def _step(state: frozenset[int], name: bytes, pattern: PathPattern) -> frozenset[int]:
    """Where in the pattern one may be behind a name; what is below a match matches, too."""
    end = len(pattern.components)
    if end in state:
        return state
    reached = set()
    for place in state:
        component = pattern.components[place]
        if component is _ANY_FOLDERS:
            reached.add(place)
        elif component.match(name):
            reached.add(place + 1)
    return _skip(reached, pattern)


def _skip(places: set[int], pattern: PathPattern) -> frozenset[int]:
    """Add the places behind any-folders, which may stand for none."""
    reached = set(places)
    for place, component in enumerate(pattern.components):
        if component is _ANY_FOLDERS and place in reached:
            reached.add(place + 1)
    return frozenset(reached)
