"""A number of bytes before and after."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Amount:
    """Bytes of the old image and of the new one; None where they are not known, and so the difference."""

    old_bytes: int | None
    new_bytes: int | None
    delta_bytes: int | None

    @classmethod
    def of(cls, old_bytes: int | None, new_bytes: int | None) -> Self:
        """An amount with its difference."""
        if old_bytes is None or new_bytes is None:
            return cls(old_bytes, new_bytes, None)
        return cls(old_bytes, new_bytes, new_bytes - old_bytes)

    @property
    def weight(self) -> int:
        """How much it changed, whichever way; what is not known weighs nothing."""
        return abs(self.delta_bytes or 0)


def total(values: Iterable[int | None]) -> int | None:
    """Their sum, None as soon as one of them is not known."""
    known = 0
    for value in values:
        if value is None:
            return None
        known += value
    return known
