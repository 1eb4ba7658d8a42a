"""Settings: what a team settled once, for every run."""

from pathlib import Path
from typing import Literal

from msgspec import Struct, field

from layerscope.base_image.detected import OwnBase
from layerscope.blob.allowance import RATIO_LIMIT
from layerscope.checks.gate import DEFAULT_BANDWIDTH_BITS_PER_SECOND, Level
from layerscope.findings.purpose import Purpose
from layerscope.settings.budget import Budget


class Settings(Struct, frozen=True):
    """What applies to a run.

    `unpacked_limit_bytes` and `ratio` bound what compressed layers may unpack to, see `Allowance`.
    `dive_ci` is a `.dive-ci` file to read, None where the nearest one is, False where none is.
    """

    purpose: Purpose = Purpose.PROD
    platform: str | None = None
    pull: str = "missing"
    bandwidth_bits_per_second: int = DEFAULT_BANDWIDTH_BITS_PER_SECOND
    baseline: Path | None = None
    is_strict: bool = False
    dive_ci: Path | Literal[False] | None = None
    budget: Budget = field(default_factory=Budget)
    bases: tuple[OwnBase, ...] = ()
    unpacked_limit_bytes: int | None = None
    ratio: int = RATIO_LIMIT

    @property
    def ignored_rules(self) -> frozenset[str]:
        """The findings that are not looked for."""
        return frozenset(name for name, limit in self.budget.findings.items() if limit.level is Level.OFF)
