"""Screen 1: why is it this big, and what do I do."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from layerscope.tui.analysis_screen import AnalysisScreen
from layerscope.tui.bindings import PANES
from layerscope.tui.messages import GoToFinding, GoToRow
from layerscope.tui.palette import group_variable
from layerscope.tui.view_model.layers import LayerRow, layer_rows
from layerscope.tui.view_model.overview import (
    CategoryTile,
    FindingRow,
    base_text,
    category_tiles,
    checks_text,
    finding_rows,
    largest_row,
    plan_text,
    size_facts,
    switch_text,
)
from layerscope.tui.widgets.layer_bar import BarPart, LayerBar
from layerscope.tui.widgets.row_table import Cell, Column, RowTable
from layerscope.tui.widgets.treemap import Tile, Treemap
from layerscope.units import human_bytes, human_share

_OTHERS = "others"
_COLUMNS = (Column("saves", 9, "right"), Column("where", 10), Column("what can go"))


class OverviewScreen(AnalysisScreen):
    """Sizes, layers and categories, and the changes that save the most."""

    NUMBER = 1
    NAME = "overview"
    LABEL = "Overview"
    AUTO_FOCUS = "#findings"
    BINDINGS: ClassVar[list[BindingType]] = list(PANES)
    DEFAULT_CSS = """
    OverviewScreen #overview-columns { layout: vertical; height: 1fr; }
    OverviewScreen #overview-why { height: 11; }
    OverviewScreen #overview-do { height: 1fr; }
    OverviewScreen #sizes { height: 1; padding: 0 1; }
    OverviewScreen #map { height: 1fr; margin: 0 1; }
    OverviewScreen #tile { height: 1; padding: 0 1; }
    OverviewScreen #advice { height: auto; padding: 0 1; }
    OverviewScreen.-wide #overview-columns { layout: horizontal; }
    OverviewScreen.-wide #overview-why { width: 1fr; height: 1fr; }
    OverviewScreen.-wide #overview-do { width: 1fr; height: 1fr; border-left: tall $panel; }
    OverviewScreen.-wide #tile { height: 3; }
    """

    def compose(self) -> ComposeResult:
        """Why it is this big on the left or above, what to do on the right or below."""
        yield from self.framed(self._body())

    def _body(self) -> Iterable[Widget]:
        with Container(id="overview-columns"):
            with Vertical(id="overview-why"):
                yield Static(id="sizes")
                yield LayerBar(id="layer-bar")
                yield Treemap(id="map")
                yield Static(id="tile")
            with Vertical(id="overview-do"):
                yield Static(id="advice")
                yield RowTable[FindingRow](_COLUMNS, _cells, id="findings", empty="No finding saves anything.")

    def on_mount(self) -> None:
        """Fill it."""
        self.query_one("#sizes", Static).update(_pairs(size_facts(self.analysis)), layout=False)
        self.query_one("#advice", Static).update(self._advice())
        self.query_one("#findings", RowTable).show(finding_rows(self.analysis))
        self.basis_changed()

    def basis_changed(self) -> None:
        """Other sizes in the bar and in the map."""
        rows = layer_rows(self.analysis, self.session.sizes)
        parts = [BarPart(row.size_bytes, row.superseded_bytes, row.is_base) for row in rows]
        self.query_one(LayerBar).show(parts, self._legend(rows))
        self._categories = {
            tile.detector.id if tile.detector else _OTHERS: tile
            for tile in category_tiles(self.analysis, self.session.sizes)
        }
        self.query_one(Treemap).show([_tile(key, item) for key, item in self._categories.items()])

    def copy_text(self) -> str | None:
        """The finding under the cursor, with what to do."""
        row = self.query_one("#findings", RowTable).row
        return f"{row.saves} {row.text}" if isinstance(row, FindingRow) else None

    def action_pane(self) -> None:
        """From the findings to the map, and back."""
        findings = self.query_one("#findings", RowTable)
        (self.query_one(Treemap) if findings.has_focus else findings).focus()

    @on(RowTable.Chosen, "#findings")
    def _open_finding(self, event: RowTable.Chosen) -> None:
        if isinstance(event.row, FindingRow):
            self.post_message(GoToFinding(event.row.finding))

    @on(Treemap.Highlighted)
    def _describe(self, event: Treemap.Highlighted) -> None:
        if event.tile is None:
            return
        item = self._categories[event.tile.key]
        whole_bytes = sum(tile.size_bytes for tile in self._categories.values())
        share = human_share(item.size_bytes, whole_bytes)
        why = item.detector.why if item.detector else "Categories too small to be drawn; the JSON report lists all."
        text = Content.assemble((item.label, "bold"), f"  {human_bytes(item.size_bytes)}, {share}  ", (why, "$quiet"))
        self.query_one("#tile", Static).update(text, layout=False)

    @on(Treemap.Chosen)
    def _open_tile(self, event: Treemap.Chosen) -> None:
        detector = self._categories[event.tile.key].detector
        row = largest_row(self.analysis, detector) if detector else None
        if row is not None:
            self.post_message(GoToRow(row))

    def _legend(self, rows: Sequence[LayerRow]) -> Content:
        base = [row for row in rows if row.is_base]
        own = [row for row in rows if not row.is_base]
        of_base = Content.assemble(("▒ ", "$from-base"), f"{_sum(base)} in {len(base)} base layers  ")
        of_own = Content.assemble(("█ ", "$yours"), f"{_sum(own)} in {len(own)} of yours  ", ("░ ", "$superseded"))
        return Content.assemble(of_base if base else "", of_own, "hidden")

    def _advice(self) -> Content:
        facts = (
            ("base", base_text(self.analysis)),
            ("switch", switch_text(self.analysis)),
            ("plan", plan_text(self.analysis)),
            ("checks", checks_text(self.analysis)),
        )
        lines = [Content.assemble((f"{name:>6}  ", "$quiet"), text).truncate(200) for name, text in facts if text]
        return Content("\n").join(lines)


def _cells(row: FindingRow) -> Sequence[Cell]:
    return Content.styled(row.saves, "bold"), Content.styled(row.where, "$quiet"), row.text


def _tile(key: str, item: CategoryTile) -> Tile:
    color = group_variable(item.detector.group) if item.detector else "group-rest"
    return Tile(key, item.label, human_bytes(item.size_bytes), item.size_bytes, color)


def _pairs(facts: Iterable[tuple[str, str]]) -> Content:
    return Content("   ").join(Content.assemble((f"{name} ", "$quiet"), (value, "bold")) for name, value in facts)


def _sum(rows: Iterable[LayerRow]) -> str:
    return human_bytes(sum(row.size_bytes for row in rows))


SCREEN = OverviewScreen
