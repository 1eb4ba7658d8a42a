"""One figure against its limit."""

from msgspec import Struct

from layerscope.checks.check import Check, Status, Unit, amount_text

UNREAD = "The image was read in part, so it may have more."


class Limit(Struct, frozen=True):
    """What is counted (`what`, as the beginning of a sentence), in which unit, and how much may be there."""

    id: str
    what: str
    unit: Unit
    most: float

    def check(
        self, actual: float | None, *, fix: str | None, is_complete: bool, unknown: str = "The figure is not known."
    ) -> Check:
        """Compare; unknown figures, and those of an image read in part that look small enough, prove nothing."""
        if actual is None:
            return self._ended(None, Status.SKIPPED, unknown)
        if actual > self.most:
            over = amount_text(actual - self.most, self.unit)
            reason = f"{self.what} {amount_text(actual, self.unit)}, {over} over the limit."
            return self._ended(actual, Status.FAILED, reason, fix)
        if not is_complete:
            return self._ended(actual, Status.SKIPPED, UNREAD)
        reason = f"{self.what} {amount_text(actual, self.unit)}, within {amount_text(self.most, self.unit)}."
        return self._ended(actual, Status.PASSED, reason)

    def _ended(self, actual: float | None, status: Status, reason: str, fix: str | None = None) -> Check:
        return Check(self.id, self.unit, self.most, actual, status, reason, fix)
