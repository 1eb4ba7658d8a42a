"""Path patterns, and many of them matched at once.

A pattern is for a whole path without a leading slash: `**/` stands for any folders or none, `*` for anything but a
slash, the rest for itself.
"""

import re
from collections.abc import Iterable, Sequence

_WILDCARDS = {"**/": "(?:.*/)?", "*": "[^/]*"}


def translate(pattern: str) -> bytes:
    """A pattern as a regular expression, to be matched in full and with DOTALL."""
    parts = re.split(r"(\*\*/|\*)", pattern)
    return "".join(_WILDCARDS.get(part, re.escape(part)) for part in parts).encode()


def matches(patterns: Iterable[str], path: bytes) -> bool:
    """Whether any of the patterns is that path's."""
    return any(re.fullmatch(translate(pattern), path, re.DOTALL) for pattern in patterns)


class PathMatcher:
    """Tells which of several groups of patterns a path belongs to; of those that match, the first.

    A pattern is split at its last slash. Its folder is matched once for each folder, which leaves one short expression
    for the names in it.
    """

    def __init__(self, groups: Sequence[Sequence[str]]) -> None:
        self._patterns = [
            (group, None if folder == "**" else re.compile(translate(folder + slash), re.DOTALL), translate(name))
            for group, patterns in enumerate(groups)
            for folder, slash, name in (pattern.rpartition("/") for pattern in patterns)
        ]
        self._of_folders: dict[bytes, re.Pattern[bytes] | None] = {}
        self._of_choices: dict[tuple[int, ...], re.Pattern[bytes] | None] = {}

    def first(self, folder: bytes, name: bytes) -> int | None:
        """The number of the first group that has a path, given as its folder and its name."""
        names = self.names_in(folder)
        match = names.match(name) if names else None
        return int((match.lastgroup or "g0")[1:]) if match else None

    def names_in(self, folder: bytes) -> "re.Pattern[bytes] | None":
        """The expression for the names in a folder that belong to a group, None where none can."""
        if folder not in self._of_folders:
            self._of_folders[folder] = self._join_names(folder)
        return self._of_folders[folder]

    def _join_names(self, folder: bytes) -> "re.Pattern[bytes] | None":
        """The expression for names in a folder; folders to which the same patterns apply share one."""
        whole = folder + b"/" if folder else b""
        choice = tuple(
            number
            for number, (_, expression, _) in enumerate(self._patterns)
            if expression is None or expression.fullmatch(whole)
        )
        if choice not in self._of_choices:
            by_group: dict[int, list[bytes]] = {}
            for number in choice:
                group, _, name = self._patterns[number]
                by_group.setdefault(group, []).append(name)
            branches = [b"(?P<g%d>(?:%s)\\Z)" % (group, b"|".join(names)) for group, names in by_group.items()]
            self._of_choices[choice] = re.compile(b"|".join(branches), re.DOTALL) if branches else None
        return self._of_choices[choice]
