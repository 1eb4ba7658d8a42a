"""What a stream keeps for a probe: exactly the bytes that it asked for, against the content itself."""

from collections.abc import Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from layerscope.layers.capture import Capture
from layerscope.layers.probe import NotKept, PartProbe

Spans = Sequence[tuple[int, int]]
# No two neighbours alike, so that a shift by any small number of bytes is noticed.
CONTENT = bytes(number * 7 % 251 for number in range(600))
SPANS = st.lists(st.tuples(st.integers(-40, 650), st.integers(-40, 650)), max_size=5)


def probe(head_bytes: int, tail_bytes: int = 0, more: Spans = (), magics: tuple[bytes, ...] = ()) -> PartProbe:
    return PartProbe("p", ("*",), lambda *_: None, head_bytes, tail_bytes, magics, more=lambda _head: more)


def capture(asking: PartProbe, content: bytes, cuts: Sequence[int]) -> Capture:
    """Feed a content in pieces that end at the cuts."""
    kept = Capture(asking, len(content))
    ends = [*sorted(min(cut, len(content)) for cut in cuts), len(content)]
    for start, end in zip([0, *ends], ends, strict=False):
        kept.feed(memoryview(content)[start:end])
    return kept


def positions(size_bytes: int, head_bytes: int, tail_bytes: int, more: Spans) -> set[int]:
    """Where the bytes lie that are to be kept."""
    kept = set(range(min(head_bytes, size_bytes))) | set(range(max(size_bytes - tail_bytes, 0), size_bytes))
    for offset, size in more:
        kept |= set(range(max(offset, 0), min(offset + size, size_bytes)))
    return kept


@given(
    size_bytes=st.integers(1, 600),
    head_bytes=st.integers(0, 300),
    tail_bytes=st.integers(0, 300),
    more=SPANS,
    cuts=st.lists(st.integers(0, 600), max_size=8),
    reads=st.lists(st.tuples(st.integers(-5, 620), st.integers(0, 620)), min_size=1, max_size=20),
)
@example(100, 60, 60, [], [50], [(0, 100), (30, 60)])
@example(100, 10, 0, [(5, 20), (25, 5), (40, 5)], [7, 12, 26], [(0, 30), (5, 20), (24, 2), (40, 5), (30, 1)])
def test_gives_what_was_kept_and_nothing_else(
    size_bytes: int, head_bytes: int, tail_bytes: int, more: Spans, cuts: list[int], reads: Spans
) -> None:
    content = CONTENT[:size_bytes]
    kept = capture(probe(head_bytes, tail_bytes, more), content, cuts)
    there = positions(size_bytes, head_bytes, tail_bytes, more)
    assert kept.is_wanted
    assert kept.size_bytes == size_bytes
    for offset, size in reads:
        wanted = range(offset, min(offset + size, size_bytes))
        if there.issuperset(wanted):
            assert kept.read_at(offset, size) == bytes(content[position] for position in wanted)
        else:
            with pytest.raises(NotKept):
                kept.read_at(offset, size)


@given(st.integers(0, 300), st.lists(st.integers(0, 600), max_size=8))
def test_the_head_that_more_sees_is_whole(head_bytes: int, cuts: list[int]) -> None:
    seen: list[bytes] = []

    def more(head: bytes) -> Spans:
        seen.append(head)
        return ()

    capture(PartProbe("p", ("*",), lambda *_: None, head_bytes, more=more), CONTENT, cuts)
    assert seen == [CONTENT[:head_bytes]]


@pytest.mark.parametrize(("content", "is_wanted"), [(b"ABCD....", True), (b"ABXD....", False), (b"xABC....", False)])
@pytest.mark.parametrize("cuts", [(), (1,), (2, 3), (1, 2, 3, 4, 5)])
def test_magics_are_told_across_pieces(content: bytes, is_wanted: bool, cuts: tuple[int, ...]) -> None:
    assert capture(probe(6, magics=(b"????", b"ABCD")), content, cuts).is_wanted == is_wanted


def test_what_has_another_magic_is_not_kept() -> None:
    kept = capture(probe(4, 4, magics=(b"ABCD",)), CONTENT, (100, 200))
    with pytest.raises(NotKept):
        kept.read_at(596, 4)


def test_an_empty_content() -> None:
    assert Capture(probe(10, 10), 0).read_at(0, 5) == b""


def test_no_more_than_32_mib_of_ranges_are_kept() -> None:
    piece = memoryview(bytes(1 << 20))
    size_bytes, head_bytes = 80 << 20, 1 << 20
    # The first is too long; what the head has of the second does not count; the third is one byte too much.
    more = [(2 << 20, 33 << 20), (0, 33 << 20), (40 << 20, 1)]
    kept = Capture(probe(head_bytes, more=more), size_bytes)
    for _ in range(80):
        kept.feed(piece)
    assert len(kept.read_at(0, 33 << 20)) == 33 << 20
    for offset in (33 << 20, 40 << 20):
        with pytest.raises(NotKept):
            kept.read_at(offset, 1)
