"""Screen 7: other bases side by side, what speaks for each, and what the workload needs."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from layerscope.switching.candidate import Candidate, Verdict
from layerscope.tui.analysis_screen import AnalysisScreen
from layerscope.tui.bindings import LISTS
from layerscope.tui.detail_text import draw_detail
from layerscope.tui.file_list import FileList
from layerscope.tui.session import Session
from layerscope.tui.view_model.switch import (
    CandidateColumn,
    base_detail,
    candidate_columns,
    candidate_detail,
    needs_detail,
    pull_text,
    removed_files,
    why_none,
)
from layerscope.tui.widgets.byte_bar import ByteBar
from layerscope.tui.widgets.compare_table import CompareTable
from layerscope.tui.widgets.detail_pane import DetailPane
from layerscope.tui.widgets.list_bar import ListBar
from layerscope.tui.widgets.row_table import Cell
from layerscope.units import human_bytes

_LABELS = ("base", "verdict", "", "stored", "saves", "on wire", "pull", "keeps", "add", "set", "stages", "")
_VERDICTS = {
    Verdict.SAFE: ("✓ safe", "$success"),
    Verdict.CONDITIONAL: ("? conditional", "$warning"),
    Verdict.UNSAFE: ("✗ unsafe", "$error"),
}
_PANES = ("candidate", "base", "needs", "goes")


class SwitchScreen(AnalysisScreen):
    """Candidates in columns; below them one pane after the other, on a wide terminal the candidate's beside it."""

    NUMBER = 7
    NAME = "switch"
    LABEL = "Switch"
    AUTO_FOCUS = "CompareTable"
    BINDINGS: ClassVar[list[BindingType]] = list(LISTS)
    DEFAULT_CSS = """
    SwitchScreen #why-none { height: auto; padding: 1; }
    SwitchScreen #panes { height: 1fr; layout: horizontal; }
    SwitchScreen .pane { width: 1fr; height: 1fr; max-height: 100%; display: none; }
    SwitchScreen .pane.-shown { display: block; }
    SwitchScreen.-wide #candidate, SwitchScreen.-wide #base.-beside { display: block; }
    SwitchScreen.-wide #file-path { height: 2; }
    SwitchScreen.-wide #base, SwitchScreen.-wide #needs, SwitchScreen.-wide #goes { border-left: tall $panel; }
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._candidates = candidate_columns(self.analysis)
        self._pane = 0

    def compose(self) -> ComposeResult:
        """The candidates; the names of the panes; and the panes."""
        yield from self.framed(self._body())

    def _body(self) -> Iterable[Widget]:
        if self._candidates:
            yield CompareTable(_LABELS, self._today(), [self._cells(column) for column in self._candidates])
        else:
            yield Static(Content(why_none(self.analysis)), id="why-none")
        needs = len(self.analysis.needs)
        yield ListBar(("Candidate", "Today's base", f"Needs {needs}", "What goes"))
        with Container(id="panes"):
            yield DetailPane(id="candidate", classes="pane")
            yield DetailPane(id="base", classes="pane")
            yield DetailPane(id="needs", classes="pane")
            yield FileList(self.session, id="goes", classes="pane")

    def on_mount(self) -> None:
        """Fill the panes, and begin with the recommended candidate, else with the base."""
        self.query_one("#base", DetailPane).show(draw_detail(base_detail(self.analysis)))
        self.query_one("#needs", DetailPane).show(draw_detail(needs_detail(self.analysis)))
        self.action_show_list(0 if self._candidates else 1)
        if self._candidates:
            chosen = (number for number, column in enumerate(self._candidates) if column.is_recommended)
            self.query_one(CompareTable).cursor = next(chosen, 0)
            self._show_candidate()

    def action_show_list(self, number: int) -> None:
        """Show one of the panes."""
        self._pane = number
        for place, name in enumerate(_PANES):
            # On a wide terminal the candidate's pane is there in any case, and the base stands beside it.
            self.query_one(f"#{name}").set_class(place == number, "-shown")
        self.query_one("#base").set_class(number == 0, "-beside")
        self.query_one(ListBar).show(number, "")

    def action_next_list(self) -> None:
        """Show the next pane."""
        self.action_show_list((self._pane + 1) % len(_PANES))

    def copy_text(self) -> str | None:
        """A path where the cursor is among the files, else the lines of the candidate."""
        if path := self.query_one(FileList).copied_path:
            return path
        candidate = self._candidate
        return None if candidate is None else candidate_detail(self.analysis, candidate).code

    def basis_changed(self) -> None:
        """Files have other sizes now."""
        self.query_one(FileList).table.refresh()

    @property
    def _candidate(self) -> Candidate | None:
        return self._candidates[self.query_one(CompareTable).cursor].candidate if self._candidates else None

    @on(CompareTable.Highlighted)
    def _show_candidate(self) -> None:
        candidate = self._candidate
        if candidate is not None:
            self.query_one("#candidate", DetailPane).show(draw_detail(candidate_detail(self.analysis, candidate)))
            self.query_one(FileList).show(removed_files(self.analysis, candidate))

    @on(CompareTable.Chosen)
    def _show_what_goes(self) -> None:
        self.action_show_list(_PANES.index("goes"))
        self.query_one(FileList).table.focus()

    def _today(self) -> Sequence[Cell]:
        analysis, transfer_bytes = self.analysis, self.analysis.transfer_bytes
        stored_bytes = analysis.index.stored_bytes
        return (
            Content.styled("today", "bold"),
            "",
            ByteBar(stored_bytes, stored_bytes, style="$from-base"),
            human_bytes(stored_bytes),
            "",
            self._about(transfer_bytes),
            pull_text(analysis, transfer_bytes),
            *[""] * 5,
        )

    def _about(self, transfer_bytes: int | None) -> str:
        """Bytes on the wire, marked where they are estimated."""
        about = "~" if transfer_bytes is not None and self.analysis.transfer.measured_bytes is None else ""
        return f"{about}{human_bytes(transfer_bytes)}"

    def _cells(self, column: CandidateColumn) -> Sequence[Cell]:
        verdict, style = _VERDICTS[column.candidate.verdict]
        return (
            Content.styled(column.name, "bold"),
            Content.styled(verdict, style),
            ByteBar(column.stored_bytes, self.analysis.index.stored_bytes),
            human_bytes(column.stored_bytes),
            Content.styled(human_bytes(column.saves_bytes), "bold"),
            self._about(column.transfer_bytes),
            column.pull,
            column.keeps,
            column.to_add,
            column.to_set,
            column.stages,
            Content.styled("★ recommended", "$accent") if column.is_recommended else "",
        )


SCREEN = SwitchScreen
