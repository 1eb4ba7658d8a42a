"""Limits on growth."""

import pytest

from layerscope.checks.check import Status
from layerscope.diff.amount import Amount
from layerscope.diff.limit import check_growth, parse_limit
from layerscope.errors import UsageError


@pytest.mark.parametrize(
    ("text", "old_bytes", "allowed_bytes"),
    [
        ("5%", 1_000, 50),
        (" 2.5 % ", 1_000, 25),
        ("0%", 1_000, 0),
        ("0.1%", 999, 0),
        ("200MB", 5, 200_000_000),
        ("200 MiB", 5, 209_715_200),
        ("1.5 GB", 5, 1_500_000_000),
        ("12", 5, 12),
    ],
)
def test_what_a_limit_allows_and_where_it_breaks(text: str, old_bytes: int, allowed_bytes: int) -> None:
    limit = parse_limit(text)
    assert limit.growth.allowed_bytes(old_bytes, 0) == allowed_bytes
    for grown_bytes, status in ((-1, Status.PASSED), (0, Status.PASSED), (1, Status.FAILED)):
        check = check_growth(limit, Amount.of(old_bytes, old_bytes + allowed_bytes + grown_bytes))
        assert (check.status, check.actual, check.limit) == (status, allowed_bytes + grown_bytes, allowed_bytes)


@pytest.mark.parametrize("text", ["", "%", "-5%", "five", "5 parrots", "-200MB", "1e400", "nan", "9" * 5_000, "5%%"])
def test_what_is_no_limit(text: str) -> None:
    with pytest.raises(UsageError, match="no limit on growth"):
        parse_limit(text)


def test_an_image_of_nothing_may_not_grow_by_a_share_of_it() -> None:
    assert check_growth(parse_limit("5%"), Amount.of(0, 1)).status is Status.FAILED
