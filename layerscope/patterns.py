"""Path patterns, and many of them matched at once.

A pattern is for a whole path without a leading slash: `**/` stands for any folders or none, `*` for anything but a
slash, the rest for itself.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from layerscope.folder_matcher import FolderMatcher
from layerscope.name_matcher import NameMatcher

_WILDCARD = re.compile(r"\*\*/|\*")
_WILDCARDS = {"**/": "(?:.*/)?", "*": "[^/]*"}


def translate(pattern: str) -> bytes:
    """A pattern as a regular expression, to be matched in full and with DOTALL."""
    parts = re.split(r"(\*\*/|\*)", pattern)
    return "".join(_WILDCARDS.get(part, re.escape(part)) for part in parts).encode()


def longest_text(pattern: str) -> bytes:
    """The longest text that all paths have in common which a pattern is for."""
    return max(_WILDCARD.split(pattern), key=len).encode()


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[bytes]:
    return re.compile(translate(pattern), re.DOTALL)


def matches(patterns: Iterable[str], path: bytes) -> bool:
    """Whether any of the patterns is that path's."""
    return any(_compiled(pattern).fullmatch(path) for pattern in patterns)


class PathMatcher:
    """Tells which of several groups of patterns a path belongs to; of those that match, the first.

    A pattern is split at its last slash. Its folder is matched once for each folder, which leaves few patterns for the
    names in it.
    """

    def __init__(self, groups: Sequence[Sequence[str]]) -> None:
        self._everywhere: list[tuple[int, str]] = []
        by_folder: dict[str, list[tuple[int, str]]] = {}
        for group, patterns in enumerate(groups):
            for pattern in patterns:
                folder, _, name = pattern.rpartition("/")
                names = self._everywhere if folder == "**" else by_folder.setdefault(folder, [])
                names.append((group, name))
        self._folders = FolderMatcher(tuple(by_folder))
        self._names = tuple(by_folder.values())
        self._of_choices: dict[tuple[int, ...], NameMatcher | None] = {}

    def first(self, folder: bytes, name: bytes) -> int | None:
        """The number of the first group that has a path, given as its folder and its name."""
        names = self.names_in(folder)
        return names.first(name) if names else None

    def names_in(self, folder: bytes) -> NameMatcher | None:
        """What tells the names in a folder that belong to a group, None where none can."""
        choice = self._folders.matching(folder)
        if choice not in self._of_choices:
            names = [*self._everywhere, *(name for number in choice for name in self._names[number])]
            self._of_choices[choice] = NameMatcher(names) if names else None
        return self._of_choices[choice]
