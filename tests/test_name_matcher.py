"""Names matched one by one and many at once, against shell patterns of Python's fnmatch."""

from fnmatch import fnmatchcase

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from layerscope.name_matcher import NameMatcher
from layerscope.names import Names

# Alike in their first eight bytes, in their endings, or in nothing but one character.
TEXTS = ["model", "models--", "models--x", ".so", ".so.", ".safetensors", ".safetensorz", ".", "a", "lib", "", "ä"]
names = st.lists(st.sampled_from(TEXTS), max_size=4).map("".join)
patterns = st.lists(st.sampled_from([*TEXTS, "*"]), min_size=1, max_size=4).map("".join)
groups = st.lists(st.tuples(st.integers(0, 3), patterns), max_size=6)


def first(of: list[tuple[int, str]], name: str) -> int | None:
    return min((group for group, pattern in of if fnmatchcase(name, pattern)), default=None)


@given(groups, names)
def test_the_first_group_that_has_a_name(of: list[tuple[int, str]], name: str) -> None:
    assert NameMatcher(of).first(name.encode()) == first(of, name)


@given(groups, st.lists(st.tuples(st.sampled_from(["", "lib.d/", "models--x/.so./"]), names), max_size=9), st.data())
def test_many_names_at_once(of: list[tuple[int, str]], some: list[tuple[str, str]], data: st.DataObject) -> None:
    columns = Names([(folder + name).encode() for folder, name in some])
    rows = [row for row in range(len(some)) if data.draw(st.booleans())]
    expected = [(row, first(of, some[row][1])) for row in rows]
    rows_found, found = NameMatcher(of).firsts(columns, np.array(rows, dtype=np.int64))
    assert list(zip(rows_found, found, strict=True)) == [(row, group) for row, group in expected if group is not None]
