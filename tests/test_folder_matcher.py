"""Folders are matched as regular expressions of the same patterns match them."""

import re

from hypothesis import given
from hypothesis import strategies as st

from layerscope.folder_matcher import FolderMatcher

PARTS = {"**/": "(?:.*/)?", "*": "[^/]*"}
NAMES = st.sampled_from(["a", "b", "ab", "a*", "*b", "a.b", "**"])
PATTERNS = st.lists(st.lists(NAMES, max_size=4).map("/".join), max_size=6, unique=True)
FOLDERS = st.lists(st.sampled_from(["a", "b", "ab", "aab", "a.b", "axb", "c"]), max_size=6).map("/".join)


def expression(pattern: str) -> re.Pattern[str]:
    """For a folder that ends with a slash; the root is the empty text."""
    whole = pattern + "/" if pattern else ""
    return re.compile("".join(PARTS.get(part, re.escape(part)) for part in re.split(r"(\*\*/|\*)", whole)))


@given(PATTERNS, st.lists(FOLDERS, max_size=8))
def test_as_regular_expressions_say(patterns: list[str], folders: list[str]) -> None:
    matcher = FolderMatcher(patterns)
    for folder in folders:
        text = folder + "/" if folder else ""
        expected = [number for number, pattern in enumerate(patterns) if expression(pattern).fullmatch(text)]
        assert list(matcher.matching(folder.encode())) == expected, folder


def test_names_are_bytes() -> None:
    matcher = FolderMatcher(["**/caf*", "**/\N{SNOWMAN}/**"])
    assert matcher.matching(b"x/caf\xff\n") == (0,)
    assert matcher.matching("\N{SNOWMAN}/deep/er".encode()) == (1,)
