"""What all layers of an image may unpack to together."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from layerscope.blob.allowance import (
    CHEAP_ENTRY_LIMIT,
    ENTRY_BYTES,
    ENTRY_LIMIT,
    EXCESS_LIMIT_BYTES,
    UNPACKED_LIMIT_BYTES,
    Allowance,
    LayerEntries,
)
from layerscope.errors import LimitExceeded

GB = 10**9


def test_what_is_as_large_as_its_compression_allows_counts_against_one_limit() -> None:
    allowance = Allowance()
    for terabyte_part in range(1, 11):
        allowance.take(UNPACKED_LIMIT_BYTES // 10, terabyte_part * UNPACKED_LIMIT_BYTES // 10, terabyte_part * GB)
    with pytest.raises(LimitExceeded, match=r"over 1\.0 TB.*--max-unpacked"):
        allowance.take(1, UNPACKED_LIMIT_BYTES + 1, 10 * GB)


def test_what_is_beyond_the_ratio_counts_against_a_lower_one() -> None:
    allowance = Allowance()
    # A thousandth of it was read, so the second half of what comes out is beyond the ratio.
    allowance.take(16 * GB, 16 * GB, 16_000_000)
    allowance.take(EXCESS_LIMIT_BYTES, 16 * GB + EXCESS_LIMIT_BYTES, 16_000_000)
    with pytest.raises(LimitExceeded, match="over 1000 times its size"):
        allowance.take(1, 16 * GB + EXCESS_LIMIT_BYTES + 1, 16_000_000)


def test_a_limit_that_is_given_is_the_only_one() -> None:
    allowance = Allowance(20 * GB)
    allowance.take(20 * GB, 20 * GB, 1)
    with pytest.raises(LimitExceeded, match=r"over 20\.0 GB"):
        allowance.take(1, 20 * GB + 1, 1)


@pytest.mark.parametrize(
    ("ratio", "unpacked_bytes", "packed_bytes", "suspicious"),
    [
        (1_000, 65 << 20, 1, True),
        (1_000, 63 << 20, 1, False),
        (1_000, 1 << 30, 1 << 21, False),
        (10, 1 << 30, 1 << 21, True),
    ],
)
def test_suspicious(ratio: int, unpacked_bytes: int, packed_bytes: int, suspicious: bool) -> None:
    assert Allowance(ratio=ratio).is_suspicious(unpacked_bytes, packed_bytes) is suspicious


def test_threads_share_it() -> None:
    allowance = Allowance(1_000)

    def take(_number: int) -> bool:
        try:
            allowance.take(1, 1, 1)
        except LimitExceeded:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(take, range(1_500))) == 1_000


def test_entries() -> None:
    allowance = Allowance()
    allowance.take_entries(ENTRY_LIMIT)
    with pytest.raises(LimitExceeded, match="over 5000000 entries"):
        allowance.take_entries(1)


def test_many_entries_of_little() -> None:
    allowance = Allowance()
    one, two = LayerEntries(allowance), LayerEntries(allowance)
    one.take(CHEAP_ENTRY_LIMIT // 2, 0)
    two.take(CHEAP_ENTRY_LIMIT // 2, ENTRY_BYTES - 1)
    with pytest.raises(LimitExceeded, match=r"over 500000 entries, .* that take less than 24 bytes"):
        two.take(1, ENTRY_BYTES - 1)


def test_what_comes_later_pays_for_lists_that_come_first() -> None:
    allowance = Allowance()
    layer = LayerEntries(allowance)
    layer.take(CHEAP_ENTRY_LIMIT, 0)
    layer.take(1_000, CHEAP_ENTRY_LIMIT * ENTRY_BYTES)
    LayerEntries(allowance).take(CHEAP_ENTRY_LIMIT - 1_000, 0)
    with pytest.raises(LimitExceeded):
        layer.take(1, CHEAP_ENTRY_LIMIT * ENTRY_BYTES)


@pytest.mark.parametrize(("packed_bytes", "is_within"), [(0, False), (ENTRY_BYTES * 2, True)])
def test_known_layers_pay_as_well(packed_bytes: int, *, is_within: bool) -> None:
    allowance = Allowance()
    assert allowance.afford([(CHEAP_ENTRY_LIMIT, 0), (2, ENTRY_BYTES * 2)])
    assert allowance.afford([(2, packed_bytes)]) is is_within
