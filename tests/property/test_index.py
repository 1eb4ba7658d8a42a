"""The index against the naive model, and against the truth table."""

from collections import Counter

import pytest
from hypothesis import given

from layerscope.index.apply import LIVE
from layerscope.index.cause import Cause
from layerscope.index.file_index import FileIndex
from layerscope.layers.entry import Kind
from tests.indexing import index_of
from tests.property.model import LiveEntry, ModelResult, apply_layers
from tests.property.strategies import Image, images, seeded
from tests.truth_table import TRUTH_TABLE, Row

GENERATED_IMAGES = 2_000
KINDS = {
    Kind.FILE: "file",
    Kind.HARDLINK: "file",
    Kind.DIRECTORY: "dir",
    Kind.SYMLINK: "symlink",
    Kind.FIFO: "fifo",
}


def seen(index: FileIndex) -> ModelResult:
    """The index in the model's words; whiteouts' own paths are compared by their bytes only."""
    live = {}
    for row in range(len(index)):
        entry = index.entry(row)
        if not index.visible[row] or not entry.path:
            continue
        data = index.entry(int(index.data_rows[row])) if index.data_rows[row] >= 0 else None
        kind, size = (data.kind, data.size) if data else (entry.kind, 0)
        target = data.target.decode() if data and data.kind is Kind.SYMLINK else ""
        live[entry.path.decode()] = LiveEntry(KINDS.get(kind, "device"), size, target)
    return ModelResult(index.stored_bytes, index.live_bytes, (), index.duplicate_bytes, dict(sorted(live.items())))


def hidden_by_index(index: FileIndex) -> Counter[tuple[str, int, int, str, int]]:
    return Counter(
        (
            index.path(row).decode() if index.kinds[row] < Kind.WHITEOUT else "",
            int(index.layers[row]),
            int(index.hidden_by[row]),
            Cause(int(index.causes[row])).id,
            int(index.sizes[row]),
        )
        for row in range(len(index))
        if index.hidden_by[row] != LIVE and index.sizes[row]
    )


def is_whiteout(path: str) -> bool:
    name = path.rpartition("/")[2]
    return name.startswith(".wh.") and (name == ".wh..wh..opq" or not name.startswith(".wh..wh."))


def check(layers: Image, *, stream: bool) -> None:
    expected, index = apply_layers(layers), index_of(layers, stream=stream)
    result = seen(index)
    live = {
        path: LiveEntry("device", entry.bytes, entry.target) if entry.kind in ("char", "block") else entry
        for path, entry in expected.live.items()
    }
    assert result.live == live
    assert (result.stored_bytes, result.live_bytes) == (expected.stored_bytes, expected.live_bytes)
    assert result.duplicate_bytes == expected.duplicate_bytes
    assert hidden_by_index(index) == Counter(
        ("" if is_whiteout(row.path) else row.path, row.layer, row.hidden_by, row.cause, row.bytes)
        for row in expected.superseded
    )
    assert sum(group.superseded_bytes for group in index.superseded) == index.superseded_bytes


def test_generated_images_equal_the_model() -> None:
    for seed in range(GENERATED_IMAGES):
        check(seeded(seed), stream=bool(seed % 2))


@given(images())
def test_any_image_equals_the_model(layers: Image) -> None:
    check(layers, stream=False)


@pytest.mark.parametrize("stream", [False, True], ids=["seek", "stream"])
@pytest.mark.parametrize("row", TRUTH_TABLE, ids=lambda row: row.name)
def test_truth_table(row: Row, stream: bool) -> None:
    index = index_of(row.layers, stream=stream)
    causes: Counter[str] = Counter()
    for group in index.superseded:
        causes[group.cause.id] += group.superseded_bytes
    assert index.stored_bytes == row.stored_bytes
    assert index.superseded_bytes == row.superseded_bytes
    assert index.duplicate_bytes == row.duplicate_bytes
    assert causes == row.causes
