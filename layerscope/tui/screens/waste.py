"""Screen 6: what need not be there: findings, bytes that are shipped but invisible, what is there more than once."""

from collections.abc import Sequence
from typing import Any

from textual.content import Content

from layerscope.findings.finding import Finding
from layerscope.tui.detail_text import draw_path
from layerscope.tui.listing import Listing
from layerscope.tui.listing_screen import ListingScreen
from layerscope.tui.session import Session
from layerscope.tui.view_model.waste import (
    SURE,
    Duplicate,
    FindingRow,
    SupersededRow,
    duplicate_detail,
    duplicate_names,
    duplicate_row,
    duplicates,
    finding_detail,
    finding_rows,
    superseded_detail,
    superseded_rows,
)
from layerscope.tui.widgets.filter_bar import FilterBar
from layerscope.tui.widgets.row_table import Cell, Column
from layerscope.units import human_bytes


class WasteScreen(ListingScreen):
    """Findings, superseded bytes, duplicates."""

    NUMBER = 6
    NAME = "waste"
    LABEL = "Waste"

    def __init__(self, session: Session) -> None:
        super().__init__(session, self._listings)

    def _listings(self) -> Sequence[Listing[Any]]:
        return self._findings(), self._superseded(), self._duplicates()

    def show_finding(self, finding: Finding) -> None:
        """Put the cursor on a finding, whatever was filtered before."""
        self.query_one(FilterBar).action_drop()
        self.action_show_list(0)
        rows = self.table.rows
        self.table.cursor = next((place for place, row in enumerate(rows) if row.finding is finding), 0)

    def _findings(self) -> Listing[FindingRow]:
        saves_bytes = sum(finding.reclaimable_bytes for finding in self.analysis.findings)
        return Listing(
            name="findings",
            title=f"Findings {human_bytes(saves_bytes)}",
            columns=(Column("saves", 9, "right"), Column("whose", 5), Column("sure", 6), Column("finding")),
            load=lambda: finding_rows(self.analysis),
            cells=self._finding_cells,
            texts=lambda rows: [f"{row.rule} {row.title}" for row in rows],
            size=self._saves,
            follows_basis=True,
            count=lambda row: row.files,
            copy=lambda row: finding_detail(self.analysis, row).code or row.rule,
            detail=lambda row: finding_detail(self.analysis, row),
            layers=lambda row: row.layers,
            empty="No rule has anything to say.",
        )

    def _superseded(self) -> Listing[SupersededRow]:
        return Listing(
            name="superseded",
            title=f"Superseded {human_bytes(self.analysis.index.superseded_bytes)}",
            columns=(Column("size", 9, "right"), Column("files", 7, "right"), Column("layers", 8), Column("why")),
            load=lambda: superseded_rows(self.analysis),
            cells=self._superseded_cells,
            texts=lambda rows: [f"{row.why} {row.path}" for row in rows],
            size=self._superseded_bytes,
            follows_basis=True,
            count=lambda row: row.files,
            copy=lambda row: row.path,
            detail=lambda row: superseded_detail(self.analysis, row),
            empty="Every byte that is shipped can be seen.",
        )

    def _duplicates(self) -> Listing[Duplicate]:
        index = self.analysis.index
        waste_bytes = index.duplicate_bytes + sum(twin.waste_bytes for twin in self.analysis.twins)
        return Listing(
            name="duplicates",
            title=f"Duplicates {human_bytes(waste_bytes)}",
            columns=(
                Column("waste", 9, "right"),
                Column("copies", 6, "right"),
                Column("each", 9, "right", from_width=70),
                Column("", 6),
                Column("what"),
            ),
            load=lambda: duplicates(self.analysis),
            cells=self._duplicate_cells,
            texts=lambda groups: duplicate_names(self.analysis, groups),
            size=lambda group: group.waste_bytes,
            count=lambda group: len(group.rows),
            copy=lambda group: duplicate_row(self.analysis, group).name,
            detail=lambda group: duplicate_detail(self.analysis, group),
            empty="No file is there twice.",
        )

    def _saves(self, row: FindingRow) -> int | None:
        return row.saves_transfer_bytes if self.session.is_transfer else row.saves_bytes

    def _finding_cells(self, row: FindingRow) -> Sequence[Cell]:
        saves = human_bytes(self._saves(row)) if row.saves_bytes else Content.styled("-", "$quiet")
        whose = Content.styled("base", "$from-base") if row.who_can_fix == "base" else Content.styled("yours", "$yours")
        return saves, whose, SURE[row.confidence], row.title

    def _superseded_bytes(self, row: SupersededRow) -> int | None:
        return row.transfer_bytes if self.session.is_transfer else row.size_bytes

    def _superseded_cells(self, row: SupersededRow) -> Sequence[Cell]:
        why = Content.assemble(row.why, "  ", (row.path, "$quiet"))
        return human_bytes(self._superseded_bytes(row)), f"{row.files:,}", f"{row.layer} > {row.hidden_by}", why

    def _duplicate_cells(self, group: Duplicate) -> Sequence[Cell]:
        row = duplicate_row(self.analysis, group)
        kind = "= same" if row.is_exact else "≈ twin"
        name = draw_path(row.name) if row.is_exact else row.name
        return human_bytes(row.waste_bytes), f"{row.copies:,}", human_bytes(row.bytes_each), kind, name


SCREEN = WasteScreen
