"""Whatever hangs on an analysis can be saved, and what points at rows is known to do so."""

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any, Literal, get_args, get_type_hints

import numpy as np
import pytest
from msgspec import Struct
from numpy.typing import NDArray

from layerscope.analysis import Analysis
from layerscope.codec.codec import Sink, Source
from layerscope.saved.facts import FACT_TYPES
from layerscope.saved.parts import value_codecs
from layerscope.saved.types import codec_for, counted_by
from tests.indexing import Memory

# Tuples of integers that are no positions of rows or layers; each of them says what it counts instead.
NO_POSITIONS = frozenset(("Finding.claimed_of_rows",))


class Colour(Enum):
    RED = 1
    BLUE = 2


class Leaf(Struct, frozen=True):
    rows: tuple[int, ...]
    column: NDArray[np.uint16]


class Tree(Struct, frozen=True):
    name: str
    colour: Colour
    kind: Literal["a", 1]
    content: bytes
    share: float | str
    either: Leaf | Colour | None
    leaves: tuple[Leaf, ...]
    pair: tuple[int, bool]
    words: frozenset[str]
    levels: Mapping[str, Colour]
    below: "Tree | None" = None


class Reader:
    """Columns in memory as a SequentialReader."""

    def __init__(self, content: bytes) -> None:
        self._memory, self._offset = Memory(content), 0

    def read(self, size_bytes: int, /) -> bytes:
        content = self._memory.read_at(self._offset, size_bytes)
        self._offset += len(content)
        return content


def again(kind: Any, value: Any, *, row_count: int = 1_000) -> Any:
    sink = Sink()
    codec = codec_for(kind)
    data = codec.write(value, sink)
    return codec.read(data, Source(Reader(b"".join(sink.columns)), sink.shapes, row_count=row_count))


def test_every_field_of_an_analysis_has_a_codec() -> None:
    classes = {kind.__name__ for kind in _classes()}
    assert {"Image", "Finding", "Owners", "Transfer", "DetectedBase", "LayerScan", "Gate"} <= classes
    assert "findings" in value_codecs()
    for kind in _classes():
        for name, hint in get_type_hints(kind).items():
            assert codec_for(hint, counts=counted_by(name)) is not None


def test_tuples_of_integers_are_positions_or_said_to_be_none() -> None:
    for kind in _classes():
        for name, hint in get_type_hints(kind).items():
            if hint == tuple[int, ...]:
                where = f"{kind.__name__}.{name}"
                assert counted_by(name) or where in NO_POSITIONS, f"{where}: enter it in saved/types.py, or here"


def test_values_of_all_types_come_back() -> None:
    leaf = Leaf(tuple(range(500, 0, -1)), np.array([3, 1, 2], np.uint16))
    inner = Tree("\x00\ud800", Colour.BLUE, 1, b"\0\1", 2, Colour.RED, (), (-5, False), frozenset(), {})
    words = frozenset(("b", "a"))
    tree = Tree("é", Colour.RED, "a", b"", 0.5, leaf, (leaf, leaf), (1 << 70, True), words, {"x": Colour.RED}, inner)
    back = again(Tree, tree)
    assert (back.name, back.colour, back.kind, back.share) == ("é", Colour.RED, "a", 0.5)
    assert (back.pair, back.words, back.levels) == (tree.pair, words, tree.levels)
    assert back.either is back.leaves[0] is back.leaves[1]
    assert back.either.rows == leaf.rows
    assert back.either.column.dtype == np.uint16
    assert back.either.column.tolist() == [3, 1, 2]
    # Texts that are ours reach terminals as they are, so what could act on one comes back escaped.
    assert (back.below.name, back.below.content, back.below.share) == ("\\x00\\ud800", b"\0\1", 2)
    assert type(back.below.share) is int


@pytest.mark.parametrize("rows", [(1_000,), (-1,), tuple(range(961, 1_001))])
def test_rows_that_are_not_there_are_refused(rows: tuple[int, ...]) -> None:
    from layerscope.errors import MalformedImage

    with pytest.raises(MalformedImage, match="does not have"):
        again(Leaf, Leaf(rows, np.zeros(1, np.uint16)))


@pytest.mark.parametrize(
    "column",
    [
        np.empty(0, np.int64),
        np.zeros(9, np.int64),
        np.array([-(1 << 63), 0, (1 << 63) - 1]),
        np.array([5, 3, 3]),
        np.array([0, 1 << 63, (1 << 64) - 1], np.uint64),
        np.array([True, False]),
        np.arange(64, dtype=np.uint8).reshape(4, 16),
        np.broadcast_to(np.uint8(7), (6, 16)),
    ],
    ids=str,
)
def test_columns_come_back(column: NDArray[Any]) -> None:
    back = again(NDArray[column.dtype.type], column)  # type: ignore[name-defined]
    assert back.dtype == column.dtype
    assert np.array_equal(back, column)
    assert not back.flags.writeable


def test_what_no_codec_knows_is_refused() -> None:
    for kind in (complex, type[int], set[int]):
        with pytest.raises(TypeError, match="cannot be saved"):
            codec_for(kind)


def _classes() -> set[type]:
    """All our classes that the types of an analysis name, but for those that are made anew."""
    found: set[type] = set()
    hints = get_type_hints(Analysis)
    waiting: list[Any] = [hints[name] for name in value_codecs()]
    waiting += [*FACT_TYPES.values(), *_parts_of_index()]
    while waiting:
        kind = waiting.pop()
        waiting += get_args(kind)
        if isinstance(kind, type) and issubclass(kind, Struct) and kind not in found and kind.__name__ not in _NAMED:
            found.add(kind)
            waiting += [hint for name, hint in get_type_hints(kind).items() if name in kind.__struct_fields__]
    return found


_NAMED = frozenset(("Rule", "Detector", "Fact"))


def _parts_of_index() -> Iterator[Any]:
    from layerscope.saved.parts import DUPLICATES, SCANS

    yield from (SCANS, DUPLICATES)
