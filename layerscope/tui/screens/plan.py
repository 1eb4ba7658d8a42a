"""Screen 8: which steps to make, and what the image is then."""

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from layerscope.dockerfile.matched import MatchedDockerfile
from layerscope.patched import PlanPatch, patch_plan
from layerscope.tui.analysis_screen import AnalysisScreen
from layerscope.tui.ask_path import AskPath, write_new
from layerscope.tui.bindings import DETAILS
from layerscope.tui.messages import GoToFinding, GoToScreen
from layerscope.tui.view_model.plan import (
    PlanRow,
    all_or_none,
    chosen_plan,
    first_choice,
    next_candidate,
    plan_rows,
    prediction,
)
from layerscope.tui.view_model.plan_text import plan_markdown
from layerscope.tui.widgets.byte_bar import ByteBar, draw_bar
from layerscope.tui.widgets.detail_pane import DetailPane, heading
from layerscope.tui.widgets.row_table import Cell, Column, RowTable
from layerscope.units import human_bytes, safe_text

_COLUMNS = (
    Column("", 3),
    Column("saves", 10, "right"),
    Column("", 8, from_width=70),
    Column("then", 9, "right"),
    Column("sure", 11, from_width=79),
    Column("step"),
)
_PROPOSAL = "layerscope-plan.md"


class PlanScreen(AnalysisScreen):
    """Steps to tick, with the size that follows."""

    NUMBER = 8
    NAME = "plan"
    LABEL = "Plan"
    AUTO_FOCUS = "#steps"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "tick", "On/off", id="plan.tick", tooltip="Make this step, or leave it"),
        Binding("A", "all", "All/none", id="plan.all", tooltip="Make every step, or none"),
        Binding("b", "next_base", "Next base", id="plan.base", tooltip="Switch to the next base of those known"),
        Binding("w", "write", "Write", id="plan.write", tooltip="Write the chosen steps to a file, as Markdown"),
        Binding("p", "patch", "Dockerfile", id="plan.patch", tooltip="Write the Dockerfile with these steps in it"),
        *DETAILS,
    ]
    DEFAULT_CSS = """
    PlanScreen #prediction { height: 2; padding: 0 1; background: $surface; }
    PlanScreen #plan-columns { layout: vertical; height: 1fr; }
    PlanScreen #plan-steps { height: 1fr; }
    PlanScreen DetailPane { height: 9; }
    PlanScreen.-wide #plan-columns { layout: horizontal; }
    PlanScreen.-wide #plan-steps { width: 3fr; }
    PlanScreen.-wide DetailPane { width: 2fr; height: 1fr; max-height: 100%; border-left: tall $panel; }
    """

    def compose(self) -> ComposeResult:
        """The prediction, the steps, and what is known of one."""
        yield from self.framed(self._body())

    def _body(self) -> Iterable[Widget]:
        yield Static(id="prediction")
        with Container(id="plan-columns"):
            with Vertical(id="plan-steps"):
                yield RowTable[PlanRow](_COLUMNS, self._cells, id="steps", empty="There is nothing to save.")
            yield DetailPane()

    def on_mount(self) -> None:
        """Begin with the recommended plan."""
        self._choice = first_choice(self.analysis)
        self._show()

    def basis_changed(self) -> None:
        """Other sizes."""
        self._show()

    def copy_text(self) -> str | None:
        """The Dockerfile lines of the step under the cursor."""
        row = self._table.row
        step = row.step if row else None
        return "\n".join(map(safe_text, step.dockerfile)) if step else None

    def action_tick(self) -> None:
        """Make the step under the cursor, or leave it."""
        if self._table.row:
            self._choice = self._choice.toggled(self._table.row)
            self._show()

    def action_all(self) -> None:
        """Make every step, or none."""
        self._choice = all_or_none(self.analysis, self._choice)
        self._show()

    def action_next_base(self) -> None:
        """Switch to another base."""
        self._choice = next_candidate(self.analysis, self._choice)
        self._show()

    def action_details(self) -> None:
        """Show or hide what is known of the step."""
        self.query_one(DetailPane).toggle()

    def action_write(self) -> None:
        """Ask for a path, and write the chosen steps there."""
        self.app.push_screen(AskPath("the plan", _PROPOSAL), self._write)

    def action_patch(self) -> None:
        """Ask for a path, and write the patched Dockerfile there."""
        matched = self.analysis.dockerfile
        if matched is None:
            self.notify("Name the image's Dockerfile first: --dockerfile PATH.", severity="warning", markup=False)
            return
        proposal = f"{safe_text(Path(matched.name).name)}.patched"
        self.app.push_screen(AskPath("the Dockerfile", proposal), partial(self._write_patch, matched))

    def _write(self, path: Path | None) -> None:
        if path is not None:
            self._tell(path, write_new(path, plan_markdown(self.analysis, self._plan)))

    def _write_patch(self, matched: MatchedDockerfile, path: Path | None) -> None:
        if path is None:
            return
        patch = patch_plan(matched, self._plan, self.analysis.detected_base)
        if self._tell(path, write_new(path, patch.text)):
            self.query_one(DetailPane).show(_left_out(patch))

    def _tell(self, path: Path, problem: str | None) -> bool:
        """Say whether a file was written; returns it, too."""
        name = safe_text(str(path))
        if problem:
            self.notify(f"{name} is not written: {problem}.", severity="error", markup=False)
        else:
            self.notify(f"Written: {name}", markup=False)
        return not problem

    @on(RowTable.Chosen, "#steps")
    def _open(self, event: RowTable.Chosen) -> None:
        if isinstance(event.row, PlanRow):
            self.post_message(GoToFinding(event.row.finding) if event.row.finding else GoToScreen("switch"))

    @on(RowTable.Highlighted, "#steps")
    def _describe(self) -> None:
        row = self._table.row
        self.query_one(DetailPane).show(_detail(row) if row else Content(""))

    @property
    def _table(self) -> RowTable[PlanRow]:
        return self.query_one("#steps", RowTable)

    def _show(self) -> None:
        self._plan = plan = chosen_plan(self.analysis, self._choice)
        whole_bytes = self.analysis.index.stored_bytes
        bar = ByteBar(plan.predicted_stored_bytes, whole_bytes, plan.saves_bytes)
        width = max(10, self.app.size.width - 2)
        text = Content.assemble((prediction(self.analysis, plan), "bold"), "\n", draw_bar(bar, width))
        self.query_one("#prediction", Static).update(text, layout=False)
        rows = plan_rows(self.analysis, self._choice, plan, is_transfer=self.session.is_transfer)
        self._largest_bytes = max((row.saves_bytes or 0 for row in rows), default=0)
        self._table.show(rows, self._table.cursor)

    def _cells(self, row: PlanRow) -> Sequence[Cell]:
        if row.saves_bytes is None:
            alone = f"({human_bytes(row.alone_bytes)})" if row.alone_bytes is not None else "-"
            return "[ ]", Content.styled(alone, "$quiet"), "", "", row.who, Content.styled(row.title, "$quiet")
        saves = Content.styled(human_bytes(row.saves_bytes), "bold") if row.saves_bytes else "elsewhere"
        bar = ByteBar(row.saves_bytes, self._largest_bytes, style="$success")
        return "[x]", saves, bar, human_bytes(row.after_bytes), row.who, row.title


def _left_out(patch: PlanPatch) -> Content:
    """What of the plan is not in the Dockerfile that was written, and why."""
    lines = [Content(f"- {safe_text(item.step.title)}: {safe_text(item.reason)}\n") for item in patch.left_out]
    return Content.assemble(heading(f"{len(patch.applied)} steps are in the Dockerfile, {len(lines)} are not"), *lines)


def _detail(row: PlanRow) -> Content:
    """Why, what to do, and the lines to write."""
    parts = [heading(row.title)]
    if row.finding:
        parts += [Content(f"{row.finding.rule.why}\n"), Content(f"{safe_text(row.finding.fix)}\n")]
        lines = row.finding.dockerfile
    else:
        candidate = row.candidate
        parts += [Content(f"- {safe_text(text)}\n") for text in (candidate.evidence if candidate else ())]
        lines = candidate.dockerfile if candidate else ()
    parts += [Content.styled(f"  {safe_text(line)}\n", "$accent") for line in lines]
    return Content.assemble(*parts)


SCREEN = PlanScreen
