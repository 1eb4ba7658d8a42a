"""The two inputs give the same bytes, stay in bounds, and read no more than they need."""

import pytest

from layerscope.errors import DamagedTar
from layerscope.tar.inputs import SeekInput, StreamInput
from layerscope.tar.walk import walk
from tests.tar.blocks import END, AtRest, Chunks, member, pax_of

CONTENT = bytes(range(256)) * 40


def inputs(content: bytes) -> list[StreamInput | SeekInput]:
    return [StreamInput(Chunks(content, size)) for size in (1, 7, 511, 512, 513, 4096, 1 << 20)] + [
        SeekInput(AtRest(content))
    ]


@pytest.mark.parametrize("number", range(8))
def test_take_and_advance(number: int) -> None:
    source = inputs(CONTENT)[number]
    assert source.take(3) == CONTENT[:3]
    assert source.take(0) == b""
    source.advance_to(5000)
    assert source.position == 5000
    assert source.take(512) == CONTENT[5000:5512]
    assert b"".join(source.content(1000)) == CONTENT[5512:6512]
    source.advance_to(source.position)
    source.advance_to(len(CONTENT) - 10)
    assert source.take(512) == CONTENT[-10:]
    assert source.take(512) == b""
    assert source.position == len(CONTENT)


@pytest.mark.parametrize("number", range(8))
def test_end_that_comes_too_early(number: int) -> None:
    source = inputs(CONTENT)[number]
    with pytest.raises(DamagedTar, match="1 bytes too early"):
        source.advance_to(len(CONTENT) + 1)
    source = inputs(CONTENT)[number]
    source.advance_to(100)
    with pytest.raises(DamagedTar, match="101 bytes too early"):
        list(source.content(len(CONTENT) + 1))


def test_stream_pieces_and_rest() -> None:
    source = StreamInput(Chunks(CONTENT, 100))
    assert source.take(10) == CONTENT[:10]
    assert source.piece(1000) == CONTENT[10:100]
    assert source.piece(5) == CONTENT[100:105]
    source.drain()
    assert source.position == len(CONTENT)
    assert source.piece(5) == b""


def test_seeking_reads_no_contents() -> None:
    reader = AtRest(member(b"big", bytes(50 << 20)) * 3 + END)
    assert len(list(walk(SeekInput(reader)))) == 3
    assert reader.read_bytes < 100_000


def work(count: int, unit: bytes) -> tuple[int, int]:
    """Return the reads that a stream and a tar at rest need for so many units."""
    tar = unit * count + END
    stream, rest = Chunks(tar, 4096), AtRest(tar)
    assert len(list(walk(StreamInput(stream)))) == len(list(walk(SeekInput(rest)))) == count
    assert stream.read_bytes == len(tar)
    return stream.reads + stream.read_bytes, rest.reads + rest.read_bytes


@pytest.mark.parametrize(
    "unit",
    [member(), member(b"f", b"x" * 700), pax_of(path=b"p" * 300) + member(), pax_of(path=b"p") * 3 + member()],
    ids=["empty", "contents", "extended", "three extended"],
)
def test_ten_times_the_entries_are_at_most_fifteen_times_the_work(unit: bytes) -> None:
    few, many = work(200, unit), work(2000, unit)
    assert many[0] <= 15 * few[0]
    assert many[1] <= 15 * few[1]
