"""What is typed, against Python's own fnmatch and sizes worked out by hand."""

from fnmatch import fnmatchcase

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from layerscope.tui.view_model.filter import Filter
from layerscope.tui.view_model.path_search import SearchedPaths

NAMES = st.text("ab.-/é", max_size=8)
# As the index has them: no slash at either end, no two in a row.
PATHS = NAMES.map(lambda text: "/".join(part for part in text.split("/") if part))
PATTERNS = st.text("ab.-*?", min_size=1, max_size=6).filter(lambda text: set(text) & {"*", "?"})


@pytest.mark.parametrize(
    ("text", "size_bytes", "is_shown"),
    [
        ("", 0, True),
        (">10MB", 10_000_000, True),
        (">10MB", 9_999_999, False),
        ("<1KiB", 1024, True),
        ("<1KiB", 1025, False),
        (">1.5g", 1_500_000_000, True),
        (">=2k", 1_999, False),
        (">1k <2k", 1_500, True),
        ("torch >1k", 500, False),
        ("TORCH lib", 500, True),
        ("torch missing", 500, False),
        (">5", 4, False),
    ],
)
def test_words_and_sizes_all_have_to_match(text: str, size_bytes: int, is_shown: bool) -> None:
    assert Filter.parse(text).matches("/opt/torch/lib/libtorch_cuda.so", size_bytes) is is_shown


def test_an_unknown_size_is_no_reason_to_hide() -> None:
    assert Filter.parse(">1GB").matches("anything")


@given(NAMES, PATTERNS)
def test_patterns_are_those_of_a_shell(name: str, pattern: str) -> None:
    assert Filter.parse(pattern).matches(name) is fnmatchcase(name.lower().rpartition("/")[2], pattern)


def test_a_pattern_with_a_slash_is_of_the_end_of_the_path() -> None:
    shown = Filter.parse("lib/*.so")
    assert shown.matches("/opt/lib/a.so")
    assert not shown.matches("/opt/lib/a.so.1")
    assert not shown.matches("/opt/mylib/a.so")


@given(
    st.lists(st.tuples(PATHS, st.integers(0, 3_000)), max_size=20),
    st.sampled_from(["a", "é", "/a", "b/", "a b", "*b", "*é?", "*/b", "/a*", "a/*", "?", ">1k", "a* <2k", ""]),
)
@example([("b", 0)], "*/b")
@example([("a", 0), ("b/a", 0)], "/a*")
def test_a_mask_says_the_same_of_many(files: list[tuple[str, int]], text: str) -> None:
    wanted = Filter.parse(text)
    sizes = np.array([size for _, size in files], dtype=np.int64)
    among = np.arange(len(files)) % 3 != 1
    mask = wanted.mask(SearchedPaths.of([name.encode() for name, _ in files]), sizes, among)
    matches = [wanted.matches(f"/{name}", size) for name, size in files]
    assert mask.tolist() == [at % 3 != 1 and is_match for at, is_match in enumerate(matches)]


def test_many_stars_take_no_time() -> None:
    assert not Filter.parse("*" * 50 + "z").matches("a" * 5_000)
