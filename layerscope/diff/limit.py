"""Limits on growth, as `5%` or `200MB`, and whether they are kept."""

import re
from dataclasses import dataclass
from decimal import Decimal

from layerscope.checks.check import Check, Status, Unit
from layerscope.diff.amount import Amount
from layerscope.errors import UsageError
from layerscope.units import human_bytes, safe_text, signed_bytes

_PERCENT = re.compile(r"(\d{1,6}(?:\.\d{1,6})?)\s*%\Z", re.ASCII)
# pydantic reads a size at the beginning of a text and does not mind what follows.
_SIZE = re.compile(r"[0-9.]{1,20}\s*[A-Za-z]{0,3}\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class GrowthLimit:
    """How much an image may grow: by `percent` of what the old one has, or by `limit_bytes`; the other one is None."""

    text: str
    percent: Decimal | None
    limit_bytes: int | None

    def allowed_bytes(self, old_bytes: int) -> int:
        """What an image of that size may grow by, rounded down."""
        return int(old_bytes * self.percent / 100) if self.percent is not None else self.limit_bytes or 0


def parse_limit(text: str) -> GrowthLimit:
    """Read a limit; raises UsageError for what is neither a percentage nor a size."""
    from pydantic import ByteSize, TypeAdapter, ValidationError

    text = text.strip()
    if match := _PERCENT.match(text):
        return GrowthLimit(text, Decimal(match.group(1)), None)
    wrong = UsageError(f"{safe_text(text)!r} is no limit on growth.", hint="Say 5% or 200MB or 1.5 GiB.")
    if not _SIZE.match(text):
        raise wrong
    try:
        return GrowthLimit(text, None, int(TypeAdapter(ByteSize).validate_python(text)))
    except ValidationError as error:
        raise wrong from error


def check_growth(limit: GrowthLimit, stored: Amount) -> Check:
    """Hold the growth of the stored bytes, which are always known, against a limit."""
    old_bytes, grown_bytes = stored.old_bytes or 0, stored.delta_bytes or 0
    allowed_bytes = limit.allowed_bytes(old_bytes)
    is_kept = grown_bytes <= allowed_bytes
    reason = f"Stored bytes changed by {signed_bytes(grown_bytes)}; {limit.text} allow {human_bytes(allowed_bytes)}."
    status = Status.PASSED if is_kept else Status.FAILED
    return Check("growth:stored", Unit.BYTES, allowed_bytes, grown_bytes, status, reason)
