"""Limits on growth, as `5%` or `200MB`, and whether they are kept."""

from dataclasses import dataclass

from layerscope.checks.check import Check, Status, Unit
from layerscope.diff.amount import Amount
from layerscope.errors import UsageError
from layerscope.settings.amounts import parse_percent, parse_size
from layerscope.settings.budget import Growth
from layerscope.units import human_bytes, safe_text, signed_bytes


@dataclass(frozen=True, slots=True)
class GrowthLimit:
    """How much an image may grow, as somebody wrote it and as it is meant."""

    text: str
    growth: Growth


def parse_limit(text: str) -> GrowthLimit:
    """Read a limit; raises UsageError for what is neither a share nor a size."""
    try:
        growth = Growth(parse_percent(text), None) if "%" in text else Growth(None, parse_size(text))
    except ValueError as error:
        raise UsageError(f"{safe_text(text)!r} is no limit on growth.", hint="Say 5% or 200MB or 1.5 GiB.") from error
    return GrowthLimit(text.strip(), growth)


def check_growth(limit: GrowthLimit, stored: Amount) -> Check:
    """Hold the growth of the stored bytes, which are always known, against a limit."""
    grown_bytes = stored.delta_bytes or 0
    allowed_bytes = limit.growth.allowed_bytes(stored.old_bytes or 0, floor_bytes=0)
    status = Status.PASSED if grown_bytes <= allowed_bytes else Status.FAILED
    reason = f"Stored bytes changed by {signed_bytes(grown_bytes)}; {limit.text} allow {human_bytes(allowed_bytes)}."
    return Check("growth:stored", Unit.BYTES, allowed_bytes, grown_bytes, status, reason)
