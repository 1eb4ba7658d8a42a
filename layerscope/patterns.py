"""Path patterns, and many of them matched at once.

A pattern is for a whole path without a leading slash: `**/` stands for any folders or none, `*` for anything but a
slash, the rest for itself.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

_WILDCARDS = {"**/": "(?:.*/)?", "*": "[^/]*"}


def translate(pattern: str) -> bytes:
    """A pattern as a regular expression, to be matched in full and with DOTALL."""
    parts = re.split(r"(\*\*/|\*)", pattern)
    return "".join(_WILDCARDS.get(part, re.escape(part)) for part in parts).encode()


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[bytes]:
    return re.compile(translate(pattern), re.DOTALL)


def matches(patterns: Iterable[str], path: bytes) -> bool:
    """Whether any of the patterns is that path's."""
    return any(_compiled(pattern).fullmatch(path) for pattern in patterns)


class NameMatcher:
    """Tells which of several groups of patterns a name belongs to; of those that match, the first.

    Whole names and endings from a dot on are looked up. Of the rest only those are tried, as one expression, that share
    a name's first character or its last extension, or tell neither.
    """

    def __init__(self, patterns: Iterable[tuple[int, str]]) -> None:
        self._whole: dict[bytes, int] = {}
        self._endings: dict[bytes, int] = {}
        self._long_endings: dict[bytes, list[tuple[bytes, int]]] = {}
        by_first: dict[bytes, _Branches] = {}
        by_extension: dict[bytes, _Branches] = {}
        anywhere: _Branches = {}
        for group, pattern in patterns:
            text = pattern.encode()
            tail = text.rpartition(b"*")[2]
            if b"*" not in text:
                self._whole[text] = min(group, self._whole.get(text, group))
            elif text.startswith(b"*.") and len(tail) == len(text) - 1:
                self._add_ending(tail, group)
            elif text[:1] != b"*":
                by_first.setdefault(text[:1], {}).setdefault(group, []).append(translate(pattern))
            else:
                branches = by_extension.setdefault(tail.rpartition(b".")[2], {}) if b"." in tail else anywhere
                branches.setdefault(group, []).append(translate(pattern))
        self._by_first = {first: _joined(branches) for first, branches in by_first.items()}
        self._by_extension = {extension: _joined(branches) for extension, branches in by_extension.items()}
        self._anywhere = _joined(anywhere) if anywhere else None

    def first(self, name: bytes) -> int | None:
        """The number of the first group that has a name."""
        found = self._whole.get(name)
        _, dot, extension = name.rpartition(b".")
        if dot:
            group = self._endings.get(extension)
            if group is not None and (found is None or group < found):
                found = group
            if extension in self._long_endings:
                for ending, group in self._long_endings[extension]:
                    if (found is None or group < found) and name.endswith(ending):
                        found = group
            if (expression := self._by_extension.get(extension)) is not None:
                found = _lower(found, expression.match(name))
        if (expression := self._by_first.get(name[:1])) is not None:
            found = _lower(found, expression.match(name))
        if self._anywhere is not None:
            found = _lower(found, self._anywhere.match(name))
        return found

    def _add_ending(self, ending: bytes, group: int) -> None:
        extension = ending.rpartition(b".")[2]
        if ending.count(b".") > 1:
            self._long_endings.setdefault(extension, []).append((ending, group))
        else:
            self._endings[extension] = min(group, self._endings.get(extension, group))


_Branches = dict[int, list[bytes]]
"""Expressions by the group that they stand for."""


def _lower(found: int | None, match: re.Match[bytes] | None) -> int | None:
    if match is None:
        return found
    group = int((match.lastgroup or "g0")[1:])
    return group if found is None else min(group, found)


def _joined(branches: _Branches) -> re.Pattern[bytes]:
    """One expression in which the first group that matches names itself."""
    parts = [b"(?P<g%d>(?:%s)\\Z)" % (group, b"|".join(branches[group])) for group in sorted(branches)]
    return re.compile(b"|".join(parts), re.DOTALL)


@dataclass(frozen=True, slots=True)
class _FolderPatterns:
    """The patterns that share one pattern of folders; every folder of it has `needed` in its path."""

    pattern: str
    needed: bytes
    numbers: list[int]


def _put(patterns: list[_FolderPatterns], folder: str, number: int) -> None:
    for item in patterns:
        if item.pattern == folder:
            item.numbers.append(number)
            return
    # To look for the longest text that all these folders have in common spares most of the expressions.
    needed = max(re.split(r"\*\*/|\*", folder), key=len).encode()
    patterns.append(_FolderPatterns(folder, needed, [number]))


class PathMatcher:
    """Tells which of several groups of patterns a path belongs to; of those that match, the first.

    A pattern is split at its last slash. Its folder is matched once for each folder, which leaves few patterns for the
    names in it.
    """

    def __init__(self, groups: Sequence[Sequence[str]]) -> None:
        self._patterns: list[tuple[int, str]] = []
        # Which patterns can apply to a folder at all, by its whole path, its last name, or only by trying.
        self._by_folder: dict[bytes, list[int]] = {}
        self._by_last_name: dict[bytes, list[_FolderPatterns]] = {}
        self._others: list[_FolderPatterns] = []
        self._everywhere: list[int] = []
        for group, patterns in enumerate(groups):
            for pattern in patterns:
                self._add(group, pattern)
        self._of_folders: dict[bytes, NameMatcher | None] = {}
        self._of_choices: dict[tuple[int, ...], NameMatcher | None] = {}

    def _add(self, group: int, pattern: str) -> None:
        folder, slash, name = pattern.rpartition("/")
        number = len(self._patterns)
        self._patterns.append((group, name))
        last_name = folder.rpartition("/")[2]
        if folder == "**":
            self._everywhere.append(number)
        elif "*" not in folder:
            self._by_folder.setdefault(folder.encode(), []).append(number)
        elif "*" not in last_name:
            _put(self._by_last_name.setdefault(last_name.encode(), []), folder + slash, number)
        else:
            _put(self._others, folder + slash, number)

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
        whole = folder + b"/" if folder else b""
        applying = [*self._everywhere, *self._by_folder.get(folder, ())]
        for candidates in (self._by_last_name.get(folder.rpartition(b"/")[2], ()), self._others):
            for candidate in candidates:
                if candidate.needed in whole and _compiled(candidate.pattern).fullmatch(whole):
                    applying += candidate.numbers
        choice = tuple(sorted(applying))
        if choice not in self._of_choices:
            patterns = [self._patterns[number] for number in choice]
            self._of_choices[choice] = NameMatcher(patterns) if patterns else None
        return self._of_choices[choice]
