"""What all screens share: one analysis, how the user wants to see it, and which screens there are."""

from msgspec import Struct

from layerscope.analysis import Analysis
from layerscope.layers.columns import Integers
from layerscope.tui.scan import Analyze


class Session(Struct, eq=False):
    """An analysis, and whether sizes are those on the wire: the one value of the screens that changes.

    `tabs` are the screens by number, name and label. `with_gpu_code` takes the same image apart again with its GPU
    code; None where the image is not at hand.
    """

    analysis: Analysis
    tabs: tuple[tuple[int, str, str], ...]
    with_gpu_code: Analyze | None = None
    is_transfer: bool = False

    @property
    def has_transfer(self) -> bool:
        """Whether each row's share of the wire is known or estimated."""
        return self.analysis.transfer.of_rows is not None

    @property
    def sizes(self) -> Integers:
        """The bytes of each row of the index, as they are to be shown."""
        of_rows = self.analysis.transfer.of_rows
        return of_rows if self.is_transfer and of_rows is not None else self.analysis.index.sizes

    @property
    def basis(self) -> str:
        """What sizes are of."""
        if not self.is_transfer:
            return "stored"
        return "on the wire" if self.analysis.transfer.measured_bytes is not None else "on the wire, estimated"
