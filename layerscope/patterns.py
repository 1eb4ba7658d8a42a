"""Path patterns, and many of them matched at once.

A pattern is for a whole path without a leading slash: `**/` stands for any folders or none, `*` for anything but a
slash, the rest for itself.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from layerscope.name_matcher import NameMatcher

_ROOT = b"///"
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


@dataclass(frozen=True, slots=True)
class _FolderPatterns:
    """The patterns that share one pattern of folders; `names` has what they say of names, with their groups.

    Every folder of it has `needed` in its path, if that stands between two slashes at its beginning and at its end;
    where there is no `expression`, that is all.
    """

    number: int
    needed: bytes
    expression: re.Pattern[bytes] | None
    names: list[tuple[int, str]]

    @classmethod
    def of(cls, number: int, pattern: str) -> "_FolderPatterns":
        """What applies to the folders of a pattern that ends with a slash."""
        begins_anywhere, ends_anywhere = pattern.startswith("**/"), pattern.endswith("/**/")
        inner = pattern[3 * begins_anywhere : len(pattern) - 3 * ends_anywhere]
        if "*" not in inner:
            text = ("/" if begins_anywhere else "//") + inner + ("" if ends_anywhere else "/")
            return cls(number, text.encode(), None, [])
        # To look for what all these folders have in common spares most of the expressions.
        return cls(number, longest_text(pattern), _compiled(pattern), [])

    def have(self, folder: bytes) -> bool:
        """Whether a folder with `needed` in it, between two slashes at both its ends, is one of these."""
        return self.expression is None or self.expression.fullmatch(folder, 2, len(folder) - 1) is not None


class PathMatcher:
    """Tells which of several groups of patterns a path belongs to; of those that match, the first.

    A pattern is split at its last slash. Its folder is matched once for each folder, which leaves few patterns for the
    names in it.
    """

    def __init__(self, groups: Sequence[Sequence[str]]) -> None:
        self._everywhere: list[tuple[int, str]] = []
        self._folders: dict[str, _FolderPatterns] = {}
        # Which patterns of folders can be a folder's at all, by its last name, or only by trying.
        self._by_last_name: dict[bytes, list[_FolderPatterns]] = {}
        self._others: list[_FolderPatterns] = []
        for group, patterns in enumerate(groups):
            for pattern in patterns:
                self._add(group, pattern)
        self._of_folders: dict[bytes, NameMatcher | None] = {}
        self._of_choices: dict[tuple[int, ...], NameMatcher | None] = {}

    def _add(self, group: int, pattern: str) -> None:
        folder, slash, name = pattern.rpartition("/")
        if folder == "**":
            self._everywhere.append((group, name))
            return
        if folder not in self._folders:
            self._folders[folder] = patterns = _FolderPatterns.of(len(self._folders), folder + slash)
            last_name = folder.rpartition("/")[2]
            alike = self._others if "*" in last_name else self._by_last_name.setdefault(last_name.encode(), [])
            alike.append(patterns)
        self._folders[folder].names.append((group, name))

    def first(self, folder: bytes, name: bytes) -> int | None:
        """The number of the first group that has a path, given as its folder and its name."""
        names = self.names_in(folder)
        return names.first(name) if names else None

    def names_in(self, folder: bytes) -> NameMatcher | None:
        """What tells the names in a folder that belong to a group, None where none can."""
        if folder not in self._of_folders:
            self._of_folders[folder] = self._join_names(folder)
        return self._of_folders[folder]

    def _join_names(self, folder: bytes) -> NameMatcher | None:
        """A matcher for names in a folder; folders to which the same patterns apply share one."""
        whole = b"//" + folder + b"//" if folder else _ROOT
        # Nearly all are ruled out by their text alone, for each folder of an image.
        candidates = chain(self._others, self._by_last_name.get(folder.rpartition(b"/")[2], ()))
        applying = [patterns for patterns in candidates if patterns.needed in whole and patterns.have(whole)]
        choice = tuple([patterns.number for patterns in applying])
        if choice not in self._of_choices:
            names = [*self._everywhere, *(name for patterns in applying for name in patterns.names)]
            self._of_choices[choice] = NameMatcher(names) if names else None
        return self._of_choices[choice]
