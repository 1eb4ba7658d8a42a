"""A screen of one list or several, with what is known of the row under the cursor beside them."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.widget import Widget

from layerscope.tui.analysis_screen import AnalysisScreen
from layerscope.tui.bindings import DETAILS, FILTER, LISTS, SORT
from layerscope.tui.detail_text import draw_detail
from layerscope.tui.file_list import FileList
from layerscope.tui.listing import Listing
from layerscope.tui.listing_table import ListingTable
from layerscope.tui.messages import GoToLayer, GoToRow
from layerscope.tui.session import Session
from layerscope.tui.widgets.detail_pane import DetailPane
from layerscope.tui.widgets.filter_bar import FilterBar
from layerscope.tui.widgets.list_bar import ListBar
from layerscope.tui.widgets.row_table import RowTable


class ListingScreen(AnalysisScreen):
    """Shows the lists that `make_listings` gives, the one to be shown first before all others."""

    BINDINGS: ClassVar[list[BindingType]] = [*SORT, *FILTER, *DETAILS, *LISTS]
    DEFAULT_CSS = """
    ListingScreen #split { height: 1fr; layout: vertical; }
    ListingScreen #lists { height: 1fr; }
    ListingScreen #side { height: 12; background: $surface; }
    ListingScreen #side DetailPane { height: 1fr; max-height: 100%; }
    ListingScreen FileList { height: 5; }
    ListingScreen.-wide #split { layout: horizontal; }
    ListingScreen.-wide #lists { width: 1fr; height: 100%; }
    ListingScreen.-wide #side { width: 44%; height: 100%; border-left: tall $panel; }
    ListingScreen.-wide FileList { height: 40%; }
    ListingScreen.-wide #file-path { height: 2; }
    """

    def __init__(self, session: Session, make_listings: Callable[[], Sequence[Listing[Any]]]) -> None:
        super().__init__(session)
        self._make_listings = make_listings
        self._tables = [ListingTable(listing) for listing in make_listings()]
        self._current = 0

    @property
    def table(self) -> ListingTable[Any]:
        """The list that is shown."""
        return self._tables[self._current]

    def compose(self) -> ComposeResult:
        """The names of the lists; the lists, of which one is shown; and the details with the files."""
        yield from self.framed(self._body())

    def _body(self) -> Iterable[Widget]:
        yield ListBar([table.listing.title for table in self._tables])
        with Container(id="split"):
            with Container(id="lists"):
                yield from self._tables
                yield FilterBar()
            with Container(id="side"):
                yield DetailPane()
                yield FileList(self.session)

    def on_mount(self) -> None:
        """Begin with the first list."""
        self.action_show_list(0)

    async def reload(self) -> None:
        """Make the lists anew, since more is known now."""
        self._tables = [ListingTable(listing) for listing in self._make_listings()]
        await self.recompose()
        self.action_show_list(self._current)

    def action_show_list(self, number: int) -> None:
        """Show one of the lists."""
        self._current = number
        for table in self._tables:
            table.display = table is self.table
        self.table.filter_by(self.query_one(FilterBar).value)
        self.table.focus()
        self._tell_order()

    def action_next_list(self) -> None:
        """Show the next list."""
        self.action_show_list((self._current + 1) % len(self._tables))

    def action_sort(self, how: str) -> None:
        """Sort by size, name or count."""
        self.table.sort_by(how)
        self._tell_order()

    def action_filter(self) -> None:
        """Type a filter."""
        self.query_one(FilterBar).open()

    def action_details(self) -> None:
        """Show the details, or give their room to the list."""
        side = self.query_one("#side")
        side.display = not side.display
        if not side.display:
            self.table.focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is no next list where there is one only."""
        return len(self._tables) > 1 if action == "next_list" else super().check_action(action, parameters)

    def copy_text(self) -> str | None:
        """A file's path where the cursor is among the files, else what the list says."""
        if path := self.query_one(FileList).copied_path:
            return path
        row, listing = self.table.row, self.table.listing
        return listing.nothing.code if row is None else listing.copy(row)

    def basis_changed(self) -> None:
        """Sizes are others now, and so is their order."""
        self.table.rearrange()
        self._tell_order()

    @on(FilterBar.Typed)
    def _filter(self, message: FilterBar.Typed) -> None:
        self.table.filter_by(message.text)

    @on(FilterBar.Finished)
    def _end_filter(self) -> None:
        self.table.focus()

    @on(RowTable.Highlighted)
    def _highlight(self, message: RowTable.Highlighted) -> None:
        if message.table is self.table:
            self._show_details()

    @on(RowTable.Left, "#files")
    def _leave_files(self) -> None:
        self.table.focus()

    @on(RowTable.Chosen)
    def _go(self, message: RowTable.Chosen) -> None:
        """To the first of a row's files, in its layer; else to its layer."""
        listing = self.table.listing
        if files := listing.detail(message.row).files:
            self.post_message(GoToRow(files[0].row))
        elif layers := listing.layers(message.row):
            self.post_message(GoToLayer(layers[0]))

    def _show_details(self) -> None:
        row, listing = self.table.row, self.table.listing
        detail = listing.nothing if row is None else listing.detail(row)
        self.query_one(DetailPane).show(draw_detail(detail))
        files = self.query_one(FileList)
        files.display = bool(detail.files)
        files.show(detail.files)

    def _tell_order(self) -> None:
        order, is_wire = self.table.order, self.session.is_transfer and self.table.listing.follows_basis
        basis = "to pull" if is_wire else "stored"
        turned = " ↑" if order.is_reversed else ""
        self.query_one(ListBar).show(self._current, f"{basis}, by {order.by}{turned}")
