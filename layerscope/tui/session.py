"""What all screens show: one analysis, and how the user wants to see it."""

from dataclasses import dataclass

from layerscope.analysis import Analysis


@dataclass(slots=True, eq=False)
class Session:
    """An analysis, and whether sizes are those on the wire: the one value of the screens that changes."""

    analysis: Analysis
    is_transfer: bool = False

    @property
    def has_transfer(self) -> bool:
        """Whether each row's share of the wire is known or estimated."""
        return self.analysis.transfer.of_rows is not None
