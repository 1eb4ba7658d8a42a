"""Paths found in the tree, where each is an object and where their hashes are all there is."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerscope.index import tree
from layerscope.layers.columns import ByteStrings

NAMES = ["", "a", "a/b", "a/bc", "a/b/c", "b"]
paths = st.lists(st.sampled_from(NAMES[:-1]).map(str.encode), max_size=8)
NOWHERE = -1


@pytest.mark.parametrize("kept_at_most", [1 << 18, 0])
@given(columns=st.lists(paths, max_size=3), wanted=st.lists(st.sampled_from(NAMES).map(str.encode), max_size=6))
def test_paths_are_found(kept_at_most: int, columns: list[list[bytes]], wanted: list[bytes]) -> None:
    assert find(kept_at_most, columns, wanted, hash) == expected(columns, wanted)


@given(columns=st.lists(paths, max_size=3), wanted=st.lists(st.sampled_from(NAMES).map(str.encode), max_size=6))
def test_equal_hashes_are_no_equal_paths(columns: list[list[bytes]], wanted: list[bytes]) -> None:
    assert find(0, columns, wanted, len) == expected(columns, wanted)


def find(
    kept_at_most: int, columns: list[list[bytes]], wanted: list[bytes], digest: Callable[[bytes], int]
) -> list[int]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tree, "_KEPT_AT_MOST", kept_at_most)
        patch.setattr(tree, "hash", digest, raising=False)
        built, _ = tree.build_tree([ByteStrings.pack(column) for column in columns])
        found: list[int] = built.find(wanted).tolist()
        return found


def expected(columns: list[list[bytes]], wanted: list[bytes]) -> list[int]:
    nodes = sorted({path for column in columns for path in column}, key=lambda path: path.replace(b"/", b"\0"))
    return [nodes.index(path) if path in nodes else NOWHERE for path in wanted]
