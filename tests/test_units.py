"""Sizes for people, and names out of images that can do no harm where they are shown."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerscope.units import human_bandwidth, human_bytes, human_seconds, human_share, safe_text

SIZES = [
    (None, "-"),
    (0, "0 B"),
    (1, "1 B"),
    (999, "999 B"),
    (1_000, "1.0 kB"),
    (1_234, "1.2 kB"),
    (9_960, "10.0 kB"),
    (123_456, "123.5 kB"),
    (999_949, "999.9 kB"),
    (999_950, "1.0 MB"),
    (999_999, "1.0 MB"),
    (1_000_000, "1.0 MB"),
    (999_999_999, "1.0 GB"),
    (10_816_675_265, "10.8 GB"),
    (1_500_000_000_000, "1.5 TB"),
    (-1, "-1 B"),
    (-1_234, "-1.2 kB"),
]


@pytest.mark.parametrize(("count", "text"), SIZES)
def test_human_bytes(count: int | None, text: str) -> None:
    assert human_bytes(count) == text


@given(st.integers(1, 10**15))
def test_human_bytes_is_right_to_its_last_digit(count: int) -> None:
    number, unit = human_bytes(count).split()
    factor = {"B": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12, "PB": 10**15}[unit]
    assert abs(float(number) * factor - count) <= factor * 0.0501
    assert 1 <= float(number) < 1000


def test_human_share() -> None:
    assert human_share(1, 8) == "12.5 %"
    assert human_share(0, 8) == "0.0 %"
    assert human_share(0, 0) == "-"


SAFE = [
    pytest.param(b"usr/lib/x.so.1", "usr/lib/x.so.1", id="plain"),
    pytest.param(b"a b", "a b", id="space"),
    pytest.param("größe/日本語/😀".encode(), "größe/日本語/😀", id="letters of all scripts"),
    pytest.param(b"a\\b", "a\\b", id="a backslash stays"),
    pytest.param(b"[red]<b>", "[red]<b>", id="markup is the renderer's to escape"),
    pytest.param(b"a\nb\r\t\0", "a\\x0ab\\x0d\\x09\\x00", id="C0"),
    pytest.param(b"\x1b[31m\x07", "\\x1b[31m\\x07", id="escape sequence"),
    pytest.param(b"\x7f", "\\x7f", id="DEL"),
    pytest.param("\x80\x9b\x9f".encode(), "\\x80\\x9b\\x9f", id="C1"),
    pytest.param(b"\xff\xfe", "\\xff\\xfe", id="bytes that are not UTF-8"),
    pytest.param(b"caf\xe9", "caf\\xe9", id="Latin-1"),
    pytest.param("\u202e\u2066\u200f\u061c".encode(), "\\u202e\\u2066\\u200f\\u061c", id="bidirectional controls"),
    pytest.param("\u200b\ufeff\u2060".encode(), "\\u200b\\ufeff\\u2060", id="of no width"),
    pytest.param("\u2028\u2029".encode(), "\\u2028\\u2029", id="line separators"),
    pytest.param("\U000e0041".encode(), "\\U000e0041", id="tag characters"),
    pytest.param("\ud800", "\\ud800", id="a lone surrogate, as JSON can hold"),
    pytest.param("\udcff", "\\xff", id="an escaped byte"),
    pytest.param(b"", "", id="empty"),
]


@pytest.mark.parametrize(("name", "text"), SAFE)
def test_safe_text(name: bytes | str, text: str) -> None:
    assert safe_text(name) == text
    assert safe_text(text) == text


def acts(character: str) -> bool:
    """Say by Unicode's own tables whether a character does something instead of showing."""
    return (
        unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp")
        or unicodedata.bidirectional(character) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
        or character in "\u200e\u200f\u061c"
    )


def test_no_character_that_acts_comes_through() -> None:
    for code in range(0x110000):
        if acts(chr(code)):
            assert safe_text(f"a{chr(code)}b").isascii(), hex(code)


@given(st.binary())
def test_any_bytes(name: bytes) -> None:
    text = safe_text(name)
    text.encode("utf-8")
    assert not any(acts(character) for character in text)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "-"),
        (0, "0.0 s"),
        (1.94, "1.9 s"),
        (59.94, "59.9 s"),
        (59.96, "1 min 0 s"),
        (200, "3 min 20 s"),
        (3_599.6, "1 h 0 min"),
        (11_400, "3 h 10 min"),
    ],
)
def test_human_seconds(seconds: float | None, text: str) -> None:
    assert human_seconds(seconds) == text


@pytest.mark.parametrize(
    ("bits_per_second", "text"),
    [
        (999, "999 bit/s"),
        (1_000, "1 kbit/s"),
        (1_500_000, "1.5 Mbit/s"),
        (10**9, "1 Gbit/s"),
        (25 * 10**8, "2.5 Gbit/s"),
        (4 * 10**12, "4 Tbit/s"),
    ],
)
def test_human_bandwidth(bits_per_second: int, text: str) -> None:
    assert human_bandwidth(bits_per_second) == text
