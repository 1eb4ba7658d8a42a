"""Sizes, rates, times and shares as people write them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerscope.settings.amounts import parse_bandwidth, parse_percent, parse_seconds, parse_size, size_text

SIZES: list[tuple[Any, int]] = [
    ("5 GB", 5_000_000_000),
    ("5GB", 5_000_000_000),
    ("4.5 GiB", 4_831_838_208),
    ("1 kB", 1_000),
    ("1 KiB", 1_024),
    ("20M", 20_000_000),
    ("20Mi", 20_971_520),
    ("0", 0),
    ("0 B", 0),
    (1_234, 1_234),
    (" 0.001 kb ", 1),
    ("2.5 TB", 2_500_000_000_000),
]


@pytest.mark.parametrize(("text", "size_bytes"), SIZES)
def test_sizes(text: object, size_bytes: int) -> None:
    assert parse_size(text) == size_bytes


@pytest.mark.parametrize(
    "text", ["", "5 XB", "-1", "1e9", "5 iB", "GB", "5 GBit", "5,0 GB", "9" * 30, "2000 PB", True, None, [], {}]
)
def test_what_is_no_size(text: object) -> None:
    with pytest.raises(ValueError, match="size"):
        parse_size(text)


@pytest.mark.parametrize(
    ("text", "bits"),
    [
        ("1 Gbit/s", 10**9),
        ("100Mbps", 10**8),
        ("125 MB/s", 10**9),
        ("1.5 kbit/s", 1_500),
        ("8 bit/s", 8),
    ],
)
def test_bandwidths(text: str, bits: int) -> None:
    assert parse_bandwidth(text) == bits


@pytest.mark.parametrize("text", ["", "5 GB", "1 Gb/s", "0 bit/s", "0.1 bit/s", "fast", 1_000, True])
def test_what_is_no_bandwidth(text: object) -> None:
    with pytest.raises(ValueError, match="rate"):
        parse_bandwidth(text)


@pytest.mark.parametrize(
    ("text", "seconds"), [("90 s", 90), ("2 min 30 s", 150), ("1h", 3_600), ("1.5 min", 90), (45, 45), ("0.5s", 0.5)]
)
def test_times(text: object, seconds: float) -> None:
    assert parse_seconds(text) == seconds


@pytest.mark.parametrize("text", ["", "2 m", "min", "1 s later", "-1 s", None])
def test_what_is_no_time(text: object) -> None:
    with pytest.raises(ValueError, match="time"):
        parse_seconds(text)


def test_shares() -> None:
    assert [parse_percent(text) for text in ("5 %", "2.5%")] == [5, 2.5]
    with pytest.raises(ValueError, match="share"):
        parse_percent("5")


@pytest.mark.parametrize(
    ("size_bytes", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1_000, "1.00 kB"),
        (1_001, "1.01 kB"),
        (10_001, "10.1 kB"),
        (100_001, "101 kB"),
        (999_001, "1.00 MB"),
        (4_525_000_000, "4.53 GB"),
    ],
)
def test_a_size_as_text_is_rounded_up_to_three_digits(size_bytes: int, text: str) -> None:
    assert size_text(size_bytes) == text


@given(st.integers(0, 10**17))
def test_a_size_as_text_is_no_less_and_hardly_more(size_bytes: int) -> None:
    read_bytes = parse_size(size_text(size_bytes))
    assert size_bytes <= read_bytes <= size_bytes * 1.01
    assert size_text(read_bytes) == size_text(size_bytes)
