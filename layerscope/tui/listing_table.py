"""A table of one list's rows, filtered and sorted."""

from collections.abc import Sequence

from layerscope.tui.listing import Listing, Order, RowT
from layerscope.tui.view_model.filter import Filter
from layerscope.tui.widgets.row_table import RowTable


class ListingTable(RowTable[RowT]):
    """Shows a list; its rows are made when it is shown for the first time."""

    def __init__(self, listing: Listing[RowT]) -> None:
        super().__init__(listing.columns, listing.cells, id=f"list-{listing.name}", empty=listing.empty)
        self.listing = listing
        self.order = Order()
        self._wanted = Filter()
        self._all: Sequence[RowT] | None = None
        self._texts: Sequence[str] = ()

    def filter_by(self, text: str) -> None:
        """Show only what a filter lets through."""
        self._wanted = Filter.parse(text)
        self.rearrange()

    def sort_by(self, how: str) -> None:
        """Sort by size, name or count; a second time turns the order round."""
        self.order = self.order.chosen(how)
        self.rearrange(is_from_top=True)

    def rearrange(self, *, is_from_top: bool = False) -> None:
        """Filter and sort anew; the cursor stays on its row where that is still there."""
        if self._all is None:
            self._all = self.listing.load()
        if not self._texts and not (self._wanted.is_empty and self.order.by != "name"):
            # There may be very many rows, and most people never ask for this.
            self._texts = self.listing.texts(self._all)
        current = None if is_from_top else self.row
        rows = self.listing.arrange(self._all, self._texts, self._wanted, self.order)
        self.show(rows, next((place for place, row in enumerate(rows) if row is current), 0))
