"""Extensions as numbers, rows put together, means."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from layerscope.estimating.strata import extensions, stratify, stratum_means
from layerscope.layers.columns import ByteStrings


def of_name(path: bytes) -> bytes:
    """Return the extension of a path, by splitting it."""
    _, dot, extension = path.rpartition(b"/")[2].rpartition(b".")
    if not dot or len(extension) > 7:
        return b""
    return bytes(0x30 if 0x30 <= letter <= 0x39 else letter for letter in extension)


def test_extensions() -> None:
    paths = [
        b"a.py",
        b"b.py",
        b"d.py/x",
        b"x",
        b"",
        b".py",
        b"l.so.1",
        b"m.so.2",
        b"n.so.12",
        b"n.longest",
        b"n.toolong8",
    ]
    numbers = extensions(ByteStrings.pack(paths)).tolist()
    assert numbers == [int.from_bytes(of_name(path), "little") for path in paths]
    assert numbers[0] == numbers[1] == numbers[5] != 0
    assert numbers[6] == numbers[7] != numbers[8]
    assert numbers[9] != 0
    assert [numbers[row] for row in (2, 3, 4, 10)] == [0, 0, 0, 0]


@given(st.lists(st.lists(st.sampled_from([b".", b"/", b"a", b"b", b"0", b"9", b"\xff"]), max_size=12).map(b"".join)))
def test_extensions_of_any_paths(paths: list[bytes]) -> None:
    expected = [int.from_bytes(of_name(path), "little") for path in paths]
    assert extensions(ByteStrings.pack(paths)).tolist() == expected


def test_stratify() -> None:
    keys = np.array([1, 1, 2, 3, 1, 4, 2])
    sizes = np.array([60, 50, 10, 20, 500, 0, 5])
    strata, count = stratify(keys, sizes, 100)
    # The big one stands alone, those of key 1 have enough together, and the rest shares one.
    groups = [np.flatnonzero(strata == stratum).tolist() for stratum in range(count)]
    assert sorted(groups) == [[0, 1], [2, 3, 5, 6], [4]]


def test_stratum_means() -> None:
    means = stratum_means(np.array([0, 0, 2]), np.array([0.5, 1.0, 0.0]), 4)
    assert means.tolist() == [0.75, 0.5, 0.0, 0.5]
