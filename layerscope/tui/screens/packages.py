"""Screen 4: who brought which bytes into which layers."""

from collections.abc import Sequence
from functools import cached_property, partial
from typing import Any

from textual.content import Content

from layerscope.tui.listing import Listing
from layerscope.tui.listing_screen import ListingScreen
from layerscope.tui.session import Session
from layerscope.tui.view_model.packages import (
    Origin,
    PackageRow,
    bytes_by_manager,
    layers_text,
    package_detail,
    package_rows,
)
from layerscope.tui.widgets.byte_bar import ByteBar
from layerscope.tui.widgets.row_table import Cell, Column
from layerscope.units import human_bytes

_COLUMNS = (
    Column("size", 9, "right"),
    Column("", 10, from_width=92),
    Column("files", 7, "right"),
    Column("layers", 9),
    Column("whose", 5),
    Column("by", 7),
    Column("package"),
)
_WHOSE = {Origin.BASE: ("base", "$from-base"), Origin.OWN: ("yours", "$yours"), Origin.BOTH: ("both", "$foreground")}


class PackagesScreen(ListingScreen):
    """One list of all packages, and one for each manager."""

    NUMBER = 4
    NAME = "packages"
    LABEL = "Packages"

    def __init__(self, session: Session) -> None:
        super().__init__(session, self._listings)

    @cached_property
    def _packages(self) -> tuple[PackageRow, ...]:
        return package_rows(self.analysis)

    def _listings(self) -> Sequence[Listing[Any]]:
        """All packages first, then those of each manager, the biggest first."""
        managers = bytes_by_manager(self._packages)
        listings = [self._listing("all", f"All {human_bytes(self.analysis.index.stored_bytes)}", self._packages)]
        if len(managers) > 1:
            listings += [
                self._listing(
                    manager,
                    f"{manager} {human_bytes(stored_bytes)}",
                    tuple(row for row in self._packages if row.manager == manager),
                )
                for manager, stored_bytes in managers
            ]
        return listings

    def _listing(self, name: str, title: str, rows: Sequence[PackageRow]) -> Listing[PackageRow]:
        return Listing(
            name=name,
            title=title,
            columns=_COLUMNS,
            load=lambda: rows,
            cells=partial(self._cells, max((row.stored_bytes for row in rows), default=0)),
            texts=lambda rows: [f"{row.manager}/{row.name} {row.version}".rstrip() for row in rows],
            size=self._shown_bytes,
            follows_basis=True,
            count=lambda row: row.files,
            copy=lambda row: f"{row.name} {row.version}".rstrip(),
            detail=lambda row: package_detail(self.analysis, row),
            empty="No package has files here.",
        )

    def _shown_bytes(self, row: PackageRow) -> int | None:
        return row.transfer_bytes if self.session.is_transfer else row.stored_bytes

    def _cells(self, largest_bytes: int, row: PackageRow) -> Sequence[Cell]:
        return (
            human_bytes(self._shown_bytes(row)),
            ByteBar(row.live_bytes, largest_bytes, row.stored_bytes - row.live_bytes),
            f"{row.files:,}",
            layers_text(row.layers),
            Content.styled(*_WHOSE[row.origin]) if row.origin else "",
            Content.styled(row.manager, "$quiet"),
            Content.assemble(row.name, "  ", (row.version, "$quiet")),
        )


SCREEN = PackagesScreen
