"""What all screens show: one analysis, and how the user wants to see it."""

from dataclasses import dataclass

from layerscope.analysis import Analysis
from layerscope.pull_time import DEFAULT_BANDWIDTH_BITS_PER_S


@dataclass(slots=True, eq=False)
class Session:
    """An analysis, the bandwidth at which pulls are told, and whether sizes are those on the wire.

    The one value of the screens that changes.
    """

    analysis: Analysis
    bandwidth_bits_per_s: int = DEFAULT_BANDWIDTH_BITS_PER_S
    is_transfer: bool = False

    @property
    def has_transfer(self) -> bool:
        """Whether each row's share of the wire is known or estimated."""
        return self.analysis.transfer.of_rows is not None
