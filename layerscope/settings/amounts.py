"""Sizes, rates, times and shares as people write them; each function raises ValueError with what it expects."""

import re
from decimal import Decimal
from typing import Any

_NUMBER = r"(\d{1,18}(?:\.\d{1,9})?)"
_POWERS = "kmgtp"
_SIZE = re.compile(rf"{_NUMBER}\s*(?:([{_POWERS}])(i?))?b?", re.ASCII | re.IGNORECASE)
_RATE = re.compile(rf"{_NUMBER}\s*([kmgt]?)(bit/s|bps|b/s)", re.ASCII | re.IGNORECASE)
_TIMES = re.compile(rf"{_NUMBER}\s*(h|min|s)", re.ASCII)
_SECONDS = {"h": 3600, "min": 60, "s": 1}
_LARGEST_BYTES = 10**18


def parse_size(value: Any) -> int:
    """Bytes, from `5 GB` (10^9), `4.5 GiB` (2^30) or a bare number of bytes."""
    match = _SIZE.fullmatch(_text(value))
    if match is None:
        raise ValueError("a size is wanted, as in 5 GB or 4.5 GiB")
    number, prefix, binary = match.groups()
    factor = (1024 if binary else 1000) ** (_POWERS.index(prefix.lower()) + 1) if prefix else 1
    size_bytes = int(Decimal(number) * factor)
    if size_bytes > _LARGEST_BYTES:
        raise ValueError("a size is at most 1000 PB")
    return size_bytes


def parse_bandwidth(value: Any) -> int:
    """Bits in a second, from `1 Gbit/s`, `100 Mbps` or `125 MB/s` (bytes, with a capital B)."""
    match = _RATE.fullmatch(_text(value))
    # A small b in b/s may be meant as either.
    if match is None or match[3].endswith("b/s"):
        raise ValueError("a rate is wanted, as in 1 Gbit/s or 125 MB/s")
    number, prefix, unit = match.groups()
    factor = 1000 ** (_POWERS.index(prefix.lower()) + 1) if prefix else 1
    bits = int(Decimal(number) * factor) * (8 if unit.endswith("B/s") else 1)
    if bits < 1:
        raise ValueError("a rate is at least 1 bit/s")
    return bits


def parse_seconds(value: Any) -> float:
    """Seconds, from `90 s`, `2 min 30 s`, `1 h` or a bare number of seconds."""
    text = _text(value)
    if re.fullmatch(_NUMBER, text):
        return float(text)
    parts = re.findall(_TIMES, text)
    if not parts or re.sub(_TIMES, "", text).strip():
        raise ValueError("a time is wanted, as in 90 s or 2 min")
    return float(sum(Decimal(number) * _SECONDS[unit] for number, unit in parts))


def parse_percent(value: Any) -> float:
    """Percent, from `5 %` or `2.5%`."""
    match = re.fullmatch(rf"{_NUMBER}\s*%", _text(value))
    if match is None:
        raise ValueError("a share is wanted, as in 5 %")
    return float(match[1])


def size_text(size_bytes: int) -> str:
    """The smallest size of three digits, as `4.53 GB`, that is no less than a number of bytes."""
    if size_bytes < 1000:
        return f"{size_bytes} B"
    for power, prefix in enumerate("kMGTP", 1):
        for decimals in (2, 1, 0):
            count = -(-size_bytes * 10**decimals // 1000**power)
            if count < 1000:
                return f"{Decimal(count).scaleb(-decimals)} {prefix}B"
    raise ValueError("a size is at most 1000 PB")


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return ""
    return str(value).strip()
