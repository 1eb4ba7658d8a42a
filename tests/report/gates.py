"""Gates for tests of reports: one check of each kind, and a finding that is an error."""

from msgspec.structs import replace

from layerscope.analysis import Analysis
from layerscope.checks.check import Check, Status, Unit
from layerscope.checks.gate import Gate, Level

FAILED = Check(
    "max-stored", Unit.BYTES, 1_000, 2_500_000, Status.FAILED, "The image is too large.", "See `pip-cache`, 100 %."
)
SKIPPED = Check("growth:stored", Unit.PERCENT, 5.0, None, Status.SKIPPED, "There is no baseline.")
PASSED = Check("max-transfer", Unit.BYTES, 10**9, 10**6, Status.PASSED, "The image is small enough.")
OF_FINDING = Check("finding:pip-cache", Unit.COUNT, 0, 1, Status.FAILED, "It is there.")


def gated(analysis: Analysis) -> Analysis:
    """The analysis with these checks, and pip's cache as an error."""
    return replace(analysis, gate=Gate((FAILED, OF_FINDING, SKIPPED, PASSED), {"pip-cache": Level.ERROR}))
