"""The gate: what a team demands of an image, and how the image stands to it."""

from collections.abc import Mapping
from enum import Enum

from msgspec import Struct, field

from layerscope.checks.check import Check, Status

DEFAULT_BANDWIDTH_BITS_PER_SECOND = 1_000_000_000


class Level(Enum):
    """How grave a finding is: an error fails the gate, a warning is shown, one that is off is not looked for."""

    ERROR = "error"
    WARN = "warn"
    OFF = "off"


class Gate(Struct, frozen=True):
    """All checks, those that failed first, and what else a team settled for its reports.

    `levels` are by finding id; findings without one are warnings.
    """

    checks: tuple[Check, ...] = ()
    levels: Mapping[str, Level] = field(default_factory=dict)
    bandwidth_bits_per_second: int = DEFAULT_BANDWIDTH_BITS_PER_SECOND

    @property
    def has_failed(self) -> bool:
        """Whether a check failed."""
        return any(check.status is Status.FAILED for check in self.checks)

    def level(self, finding_id: str) -> Level:
        """How grave a finding is."""
        return self.levels.get(finding_id, Level.WARN)

    def count(self, status: Status) -> int:
        """How many checks ended so."""
        return sum(check.status is status for check in self.checks)

    def pull_seconds(self, transfer_bytes: int | None) -> float | None:
        """How long as many bytes take on the wire, None where their number is not known."""
        return None if transfer_bytes is None else transfer_bytes * 8 / self.bandwidth_bits_per_second
