"""Estimates of a passing stream's gzip against real gzip, level 6."""

import gzip
import random
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerscope.blob.prefixed import Prefixed
from layerscope.blob.sampled import Sampled
from tests.blob.readers import Counted
from tests.images import file, layer

RANDOM = random.Random(11)
WORDS = [bytes(RANDOM.choices(b"abcdefghijklmnopqrstuvwxyz_", k=RANDOM.randint(2, 11))) for _ in range(3_000)]


def text(size_bytes: int) -> bytes:
    """Words in lines, the frequent ones often."""
    count = size_bytes // 4
    words = RANDOM.choices(WORDS, weights=[1 / rank for rank in range(1, len(WORDS) + 1)], k=count)
    return b" ".join(word + b"\n" if number % 9 == 0 else word for number, word in enumerate(words))[:size_bytes]


def numbers(size_bytes: int) -> bytes:
    """Records whose high bytes are alike, as tables in libraries are."""
    return b"".join(RANDOM.randrange(1 << 14).to_bytes(8, "little") for _ in range(size_bytes // 8))


def noise(size_bytes: int) -> bytes:
    """What does not compress, as weights."""
    return RANDOM.randbytes(size_bytes)


# Long stretches of all sorts; behind the first megabytes a sample is drawn from each million bytes.
MIXED = b"".join(make(size) for size in (900_000, 1_500_000, 2_500_000) for make in (text, numbers, noise, bytes))


def passed(reader: Sampled, size_bytes: int = 1 << 20) -> bytes:
    """Read all of it."""
    return b"".join(iter(lambda: reader.read(size_bytes), b""))


def gzip_bytes(content: bytes) -> int:
    return len(gzip.compress(content, 6))


def test_mixed_content() -> None:
    sampled = Sampled(BytesIO(MIXED))
    assert passed(sampled) == MIXED
    assert sampled.used_bytes == pytest.approx(gzip_bytes(MIXED), rel=0.05)


# The estimate was fitted to programs and libraries; of tables that repeat nothing it says too little.
@pytest.mark.parametrize(("make", "tolerance"), [(text, 0.04), (numbers, 0.2), (noise, 0.01)])
def test_content_of_one_sort(make, tolerance: float) -> None:
    content = make(3_000_000)
    sampled = Sampled(BytesIO(content))
    passed(sampled)
    assert sampled.used_bytes == pytest.approx(gzip_bytes(content), rel=tolerance)


def test_zeros_are_nearly_nothing() -> None:
    sampled = Sampled(BytesIO(bytes(9_000_000)))
    passed(sampled)
    assert 0 < sampled.used_bytes < 0.02 * 9_000_000


@pytest.mark.parametrize("chunk_bytes", [1, 511, 4_096, 5_000])
def test_short_chunks_change_little(chunk_bytes: int) -> None:
    content = MIXED[600_000:2_400_000] if chunk_bytes > 1 else MIXED[800_000:1_000_000]
    sampled = Sampled(Counted(content, chunk_bytes))
    assert passed(sampled) == content
    assert sampled.used_bytes == pytest.approx(gzip_bytes(content), rel=0.15)


@pytest.mark.parametrize("chunk_bytes", [16_384, 65_536, 100_003, 1 << 20, 5 << 20])
def test_long_chunks_change_little(chunk_bytes: int) -> None:
    sampled = Sampled(Counted(MIXED, chunk_bytes))
    passed(sampled, 8 << 20)
    assert sampled.used_bytes == pytest.approx(gzip_bytes(MIXED), rel=0.05)


@pytest.mark.parametrize("chunk_bytes", [1, 997, 16_384, 100_003, 1 << 20])
def test_the_lengths_of_chunks_change_nothing(chunk_bytes: int) -> None:
    content = MIXED[600_000:2_400_000] if chunk_bytes > 1 else MIXED[800_000:1_000_000]
    whole, pieces = Sampled(BytesIO(content)), Sampled(Counted(content, chunk_bytes))
    assert passed(whole, 8 << 20) == passed(pieces)
    assert (whole.used_bytes, whole.marks.unpacked, whole.marks.packed) == (
        pieces.used_bytes,
        pieces.marks.unpacked,
        pieces.marks.packed,
    )


@pytest.mark.parametrize("make", [text, noise])
def test_a_small_layer_is_not_told_by_its_first_header(make) -> None:
    tar = layer(file("f", make(30_000)))
    sampled = Sampled(Prefixed(tar[:512], BytesIO(tar[512:])))
    assert passed(sampled) == tar
    assert sampled.used_bytes == pytest.approx(gzip_bytes(tar), rel=0.15)


def test_an_empty_stream() -> None:
    sampled = Sampled(BytesIO(b""))
    assert passed(sampled) == b""
    assert sampled.used_bytes == 0
    assert list(sampled.marks.unpacked) == [0]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 90_000)), max_size=8), st.integers(1, 1 << 18))
def test_any_stream_passes_unchanged_and_marks_never_fall(parts: list[tuple[int, int]], chunk_bytes: int) -> None:
    starts = (0, 1_000_000, 2_000_000, 3_000_000)
    content = b"".join(MIXED[starts[sort] :][:size_bytes] for sort, size_bytes in parts)
    sampled = Sampled(Counted(content, chunk_bytes))
    assert passed(sampled) == content
    unpacked, packed = list(sampled.marks.unpacked), list(sampled.marks.packed)
    assert len(unpacked) == len(packed)
    assert unpacked == sorted(set(unpacked))
    assert packed == sorted(packed)
    assert unpacked[-1] <= len(content)
    assert packed[-1] <= sampled.used_bytes <= len(content)
