"""Path patterns, and many of them matched at once.

A pattern is for a whole path without a leading slash: `**/` stands for any folders or none, `*` for anything but a
slash, the rest for itself.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
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


@lru_cache(maxsize=4096)
def _needed(pattern: str) -> bytes:
    """The longest text that every path of a pattern has; to look for it first spares most of the expressions."""
    return max(re.split(r"\*\*/|\*", pattern), key=len).encode()


class NameMatcher:
    """Tells which of several groups of patterns a name belongs to; of those that match, the first.

    Whole names and endings from a dot on are looked up. Of the rest only those that share a name's first character, or
    begin with a wildcard, are tried, as one expression.
    """

    def __init__(self, patterns: Iterable[tuple[int, str]]) -> None:
        self._whole: dict[bytes, int] = {}
        self._endings: dict[bytes, int] = {}
        others: dict[bytes, dict[int, list[bytes]]] = {}
        for group, pattern in patterns:
            if "*" not in pattern:
                self._whole[pattern.encode()] = min(group, self._whole.get(pattern.encode(), group))
            elif pattern.startswith("*.") and "*" not in pattern[1:]:
                ending = pattern[1:].encode()
                self._endings[ending] = min(group, self._endings.get(ending, group))
            else:
                first = b"" if pattern[0] == "*" else pattern.encode()[:1]
                others.setdefault(first, {}).setdefault(group, []).append(translate(pattern))
        # A name may have any number of dots; no more of them matter than an ending has.
        self._dots = max((ending.count(b".") for ending in self._endings), default=0)
        anywhere = others.pop(b"", {})
        self._anywhere = _joined(anywhere)
        self._by_first = {first: _joined(groups, anywhere) for first, groups in others.items()}

    def first(self, name: bytes) -> int | None:
        """The number of the first group that has a name."""
        found = self._whole.get(name)
        dot = len(name)
        for _ in range(self._dots):
            dot = name.rfind(b".", 0, dot)
            if dot < 0:
                break
            group = self._endings.get(name[dot:])
            if group is not None and (found is None or group < found):
                found = group
        expression = self._by_first.get(name[:1], self._anywhere)
        if expression is not None and (match := expression.match(name)):
            group = int((match.lastgroup or "g0")[1:])
            return group if found is None else min(group, found)
        return found


def _joined(*groups: Mapping[int, Sequence[bytes]]) -> re.Pattern[bytes] | None:
    """One expression in which the first group that matches names itself."""
    names: dict[int, list[bytes]] = {}
    for part in groups:
        for group, expressions in part.items():
            names.setdefault(group, []).extend(expressions)
    branches = [b"(?P<g%d>(?:%s)\\Z)" % (group, b"|".join(names[group])) for group in sorted(names)]
    return re.compile(b"|".join(branches), re.DOTALL) if branches else None


_Numbers = dict[str, list[int]]
"""Which patterns there are for each pattern of a folder."""


class PathMatcher:
    """Tells which of several groups of patterns a path belongs to; of those that match, the first.

    A pattern is split at its last slash. Its folder is matched once for each folder, which leaves few patterns for the
    names in it.
    """

    def __init__(self, groups: Sequence[Sequence[str]]) -> None:
        self._patterns: list[tuple[int, str]] = []
        # Which patterns can apply to a folder at all, by its whole path, its last name, or only by trying.
        self._by_folder: dict[bytes, list[int]] = {}
        self._by_last_name: dict[bytes, _Numbers] = {}
        self._others: _Numbers = {}
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
        if "*" not in folder:
            self._by_folder.setdefault(folder.encode(), []).append(number)
        elif "*" not in last_name:
            self._by_last_name.setdefault(last_name.encode(), {}).setdefault(folder + slash, []).append(number)
        else:
            self._others.setdefault(folder + slash, []).append(number)

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
        applying = [*self._by_folder.get(folder, ())]
        for numbers in (self._by_last_name.get(folder.rpartition(b"/")[2], {}), self._others):
            for pattern, of_pattern in numbers.items():
                if _needed(pattern) in whole and _compiled(pattern).fullmatch(whole):
                    applying += of_pattern
        choice = tuple(sorted(applying))
        if choice not in self._of_choices:
            patterns = [self._patterns[number] for number in choice]
            self._of_choices[choice] = NameMatcher(patterns) if patterns else None
        return self._of_choices[choice]
