"""A check: one thing that is asked of an image, and whether it is so."""

from enum import Enum

from msgspec import Struct

from layerscope.units import human_bytes, human_seconds, safe_text


class Status(Enum):
    """How a check ended; skipped is one whose figure is not known."""

    FAILED = "failed"
    SKIPPED = "skipped"
    PASSED = "passed"


class Unit(Enum):
    """What a check's limit and figure count; of a name nothing is counted."""

    BYTES = "bytes"
    SECONDS = "seconds"
    PERCENT = "percent"
    COUNT = "count"
    NAME = "name"


class Check(Struct, frozen=True):
    """What was asked, what is there, and what follows.

    `limit` and `actual` are in `unit`; `actual` is None where it is not known. A check is skipped where what is known
    decides nothing.
    `reason` is a sentence for people, `fix` what to do about a failed check, None where there is nothing to say.
    """

    id: str
    unit: Unit
    limit: float | str
    actual: float | str | None
    status: Status
    reason: str
    fix: str | None = None

    @property
    def limit_text(self) -> str:
        """The limit for people, as `5.0 GB`."""
        return amount_text(self.limit, self.unit)

    @property
    def actual_text(self) -> str:
        """What is there for people, `-` where that is not known."""
        return amount_text(self.actual, self.unit)


def amount_text(amount: float | str | None, unit: Unit) -> str:
    """A figure in its unit, `-` for unknown."""
    if amount is None:
        return "-"
    if isinstance(amount, str):
        return safe_text(amount)
    if unit is Unit.BYTES:
        return human_bytes(round(amount))
    if unit is Unit.SECONDS:
        return human_seconds(amount)
    return f"{amount:.1f} %" if unit is Unit.PERCENT else f"{amount:g}"
