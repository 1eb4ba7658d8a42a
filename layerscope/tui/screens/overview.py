"""Screen 1: why is it this big, and what do I do."""

from collections.abc import Iterable, Sequence

from textual.widget import Widget

from layerscope.tui.analysis_screen import AnalysisScreen
from layerscope.tui.view_model.overview import FindingRow, finding_rows
from layerscope.tui.widgets.row_table import Cell, Column, RowTable


class OverviewScreen(AnalysisScreen):
    """Sizes and the findings that save the most."""

    NUMBER = 1
    NAME = "overview"
    LABEL = "Overview"

    def compose_body(self) -> Iterable[Widget]:
        """The findings."""
        columns = (Column("saves", 9, "right"), Column("where", 10), Column("finding"))
        yield RowTable[FindingRow](columns, _cells, id="findings")

    def on_mount(self) -> None:
        """Fill it."""
        self.query_one("#findings", RowTable).show(finding_rows(self.analysis))


def _cells(row: FindingRow) -> Sequence[Cell]:
    return row.saves, row.where, row.text


SCREEN = OverviewScreen
