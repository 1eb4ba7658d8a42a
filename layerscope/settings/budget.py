"""A budget: what an image may have at most; None is no limit."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from msgspec import Struct, field

from layerscope.checks.gate import Level
from layerscope.settings.amounts import parse_percent, parse_size


@dataclass(frozen=True, slots=True)
class Growth:
    """How much more than before an image may have: a share of what it had, or bytes."""

    percent: float | None = None
    more_bytes: int | None = None

    def allowed_bytes(self, before_bytes: int, floor_bytes: int) -> int:
        """What may come on top; a share is at least the floor, so that small images may change."""
        if self.more_bytes is not None:
            return self.more_bytes
        return max(int(before_bytes * Decimal(str(self.percent or 0)) / 100), floor_bytes)


def parse_growth(value: Any) -> Growth:
    """Growth from `5 %` or `200 MB`; raises ValueError with what it expects."""
    if isinstance(value, str) and "%" in value:
        return Growth(percent=parse_percent(value))
    try:
        return Growth(more_bytes=parse_size(value))
    except ValueError:
        raise ValueError("a share or a size is wanted, as in 5 % or 200 MB") from None


@dataclass(frozen=True, slots=True)
class FindingLimit:
    """How grave a finding is, and how many bytes it may point at before that; None is no allowance."""

    level: Level
    limit_bytes: int | None = None


class DiveRules(Struct, frozen=True):
    """The three rules of a `.dive-ci` file; None is a rule that is switched off."""

    lowest_efficiency: float | None
    highest_wasted_bytes: int | None
    highest_user_wasted_share: float | None


class Budget(Struct, frozen=True):
    """All limits; `variants` are those that the base may have, `forbidden` are patterns of paths."""

    stored_bytes: int | None = None
    transfer_bytes: int | None = None
    superseded_bytes: int | None = None
    duplicate_bytes: int | None = None
    reclaimable_bytes: int | None = None
    pull_seconds: float | None = None
    growth_stored: Growth | None = None
    growth_transfer: Growth | None = None
    growth_floor_bytes: int = 0
    variants: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    categories: Mapping[str, int] = field(default_factory=dict)
    findings: Mapping[str, FindingLimit] = field(default_factory=dict)
    dive: DiveRules | None = None
