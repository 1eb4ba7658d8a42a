"""Path patterns, one and many at once, against a matcher that tries every way to read a pattern."""

from hypothesis import given
from hypothesis import strategies as st

from layerscope.patterns import PathMatcher, matches

PARTS = ["a", "b.so", "b.so.1", "lib", "libx.so", "x.tar.gz", "", "aa"]
NAMES = [part for part in PARTS if part]
PATTERN_NAMES = ["*", "a", "a*", "lib*.so", "*.so", "*.so.*", "*.*", "li*", "x.*.gz", "*.tar.gz", "*a"]
PATTERN_FOLDERS = ["a", "lib", "**", "*", "li*", "a*a"]

paths = st.lists(st.sampled_from(NAMES), min_size=1, max_size=5).map("/".join)
folders = st.lists(st.sampled_from(PATTERN_FOLDERS), max_size=3)
patterns = st.tuples(folders, st.sampled_from(PATTERN_NAMES)).map(lambda parts: "/".join((*parts[0], parts[1])))


def is_name(pattern: str, name: str) -> bool:
    if not pattern:
        return not name
    if pattern[0] == "*":
        return any(is_name(pattern[1:], name[skipped:]) for skipped in range(len(name) + 1))
    return bool(name) and name[0] == pattern[0] and is_name(pattern[1:], name[1:])


def is_path(pattern: list[str], path: list[str]) -> bool:
    if not pattern or not path:
        return not pattern and not path
    if pattern[0] == "**" and len(pattern) > 1:
        return any(is_path(pattern[1:], path[skipped:]) for skipped in range(len(path)))
    return is_name(pattern[0], path[0]) and is_path(pattern[1:], path[1:])


@given(st.lists(st.lists(patterns, max_size=3), max_size=4), st.lists(paths, max_size=8))
def test_the_first_group_that_has_a_path(groups: list[list[str]], some: list[str]) -> None:
    matcher = PathMatcher(groups)
    for path in some:
        folder, _, name = path.encode().rpartition(b"/")
        having = [
            number
            for number, group in enumerate(groups)
            if any(is_path(pattern.split("/"), path.split("/")) for pattern in group)
        ]
        assert matcher.first(folder, name) == (having[0] if having else None)


@given(patterns, paths)
def test_one_pattern(pattern: str, path: str) -> None:
    assert matches([pattern], path.encode()) == is_path(pattern.split("/"), path.split("/"))
