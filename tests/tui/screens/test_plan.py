"""The Plan: ticks, the size that follows, other bases, and the file that is written."""

from pathlib import Path

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options
from textual.pilot import Pilot

import layerscope
from layerscope.analysis import Analysis
from layerscope.tui.app import LayerscopeApp
from layerscope.tui.view_model.plan import (
    PlanChoice,
    all_or_none,
    chosen_plan,
    first_choice,
    next_candidate,
    plan_rows,
    prediction,
)
from layerscope.tui.view_model.plan_text import plan_markdown
from layerscope.tui.widgets.row_table import RowTable
from tests.tui.drive import SAMPLES, WIDE, drive, drive_sample, press, sample, screen_text, settle, until


def saved_bytes(analysis: Analysis, choice: PlanChoice) -> int:
    """What goes by a naive account: of each row the most that any chosen step takes away."""
    gone: dict[int, int] = {}
    for finding in analysis.findings:
        is_chosen = not any(finding is item for item in choice.left_out)
        if is_chosen and finding.is_promised and finding.who_can_fix == "image":
            for row, claimed in zip(finding.rows, finding.claimed_of_rows, strict=True):
                gone[row] = max(gone.get(row, 0), claimed)
    if choice.is_switched and choice.candidate:
        gone |= {row: int(analysis.index.sizes[row]) for row in choice.candidate.removed_rows.tolist()}
    return sum(gone.values())


def test_the_first_choice_is_the_recommended_plan() -> None:
    analysis = sample()
    plan = chosen_plan(analysis, first_choice(analysis))
    assert plan.predicted_stored_bytes == analysis.plan.predicted_stored_bytes
    assert plan.saves_bytes == saved_bytes(analysis, first_choice(analysis))


def test_each_step_can_be_left_and_the_rest_saves_what_is_its_own() -> None:
    analysis = sample()
    choice = first_choice(analysis)
    rows = plan_rows(analysis, choice, chosen_plan(analysis, choice), is_transfer=False)
    for row in rows:
        without = choice.toggled(row)
        assert chosen_plan(analysis, without).saves_bytes == saved_bytes(analysis, without)
        assert saved_bytes(analysis, without.toggled(row)) == saved_bytes(analysis, choice)


def test_rows_add_up_to_the_prediction() -> None:
    analysis = sample()
    choice = first_choice(analysis)
    plan = chosen_plan(analysis, choice)
    rows = plan_rows(analysis, choice, plan, is_transfer=False)
    assert rows[-1].after_bytes == plan.predicted_stored_bytes
    assert sum(row.saves_bytes or 0 for row in rows) == plan.saves_bytes
    wire = plan_rows(analysis, choice, plan, is_transfer=True)
    assert wire[-1].after_bytes == plan.predicted_transfer_bytes_estimate


def test_none_leaves_the_image_as_it_is() -> None:
    analysis = sample()
    none = all_or_none(analysis, first_choice(analysis))
    assert chosen_plan(analysis, none).predicted_stored_bytes == analysis.index.stored_bytes
    again = all_or_none(analysis, none)
    assert saved_bytes(analysis, again) == saved_bytes(analysis, first_choice(analysis))


def test_every_base_has_its_turn() -> None:
    analysis = sample()
    choice = first_choice(analysis)
    seen = []
    for _ in analysis.candidates:
        choice = next_candidate(analysis, choice)
        assert choice.candidate is not None
        seen.append(choice.candidate.variant)
        assert chosen_plan(analysis, choice).saves_bytes == saved_bytes(analysis, choice)
    assert sorted(seen) == sorted(item.variant for item in analysis.candidates)
    assert choice.candidate is first_choice(analysis).candidate


def test_keys_tick_steps_and_the_prediction_moves() -> None:
    async def script(pilot: Pilot[None]) -> None:
        analysis = sample()
        await press(pilot, "8")
        assert prediction(analysis, analysis.plan) in screen_text(pilot.app)
        await press(pilot, "down", "space")
        text = screen_text(pilot.app)
        assert "[ ]" in text
        assert "(47.7 kB)" in text
        assert prediction(analysis, analysis.plan) not in text
        await press(pilot, "space")
        assert prediction(analysis, analysis.plan) in screen_text(pilot.app)
        await press(pilot, "A")
        assert "428.0 kB > 428.0 kB stored, 0.0 % less" in screen_text(pilot.app)
        await press(pilot, "A", "b")
        assert prediction(analysis, analysis.plan) not in screen_text(pilot.app)
        await press(pilot, "a", "i", "i")

    drive_sample(script, WIDE)


def test_enter_shows_why() -> None:
    async def script(pilot: Pilot[None]) -> None:
        await press(pilot, "8", "down", "enter")
        await settle(pilot)
        assert pilot.app.screen.id == "screen-waste"
        row = pilot.app.screen.query_one("#list-findings", RowTable).row
        assert row is not None
        assert row.finding.rule.id == "pip-cache"
        await press(pilot, "8", "g", "enter")
        await settle(pilot)
        assert pilot.app.screen.id == "screen-switch"

    drive_sample(script)


def test_y_copies_the_lines_of_a_step() -> None:
    async def script(pilot: Pilot[None]) -> None:
        await press(pilot, "8", "down", "y")
        assert "--mount=type=cache,target=/root/.cache/pip" in pilot.app.clipboard

    drive_sample(script)


def test_w_writes_the_chosen_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    async def script(pilot: Pilot[None]) -> None:
        await press(pilot, "8", "down", "space", "w", "enter")
        written = (tmp_path / "layerscope-plan.md").read_text()
        assert "ubuntu:22.04" in written
        assert "pip's cache" not in written
        await press(pilot, "w", "enter")
        await until(pilot, lambda: "is not written" in screen_text(pilot.app))
        await press(pilot, "w", "escape")
        assert sorted(tmp_path.iterdir()) == [tmp_path / "layerscope-plan.md"]

    drive_sample(script)


def test_the_plan_is_markdown_with_a_section_for_each_step() -> None:
    analysis = sample()
    text = plan_markdown(analysis, analysis.plan)
    page = cmarkgfm.github_flavored_markdown_to_html(text, options=Options.CMARK_OPT_UNSAFE)
    assert page.count("<h2>") == len(analysis.plan.steps)
    assert page.count("<pre>") == sum(bool(step.dockerfile) for step in analysis.plan.steps)
    assert "RUN --mount=type=cache,target=/root/.cache/pip" in page


def test_p_writes_the_dockerfile_with_the_chosen_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = SAMPLES / "dockerfiles/naive-devel.Dockerfile"
    analysis = layerscope.analyze(str(SAMPLES / "naive-devel.docker.tar"), dockerfile=given)
    monkeypatch.chdir(tmp_path)
    before = given.read_text().splitlines()

    async def script(pilot: Pilot[None]) -> None:
        await press(pilot, "8", "p", "enter")
        patched = (tmp_path / "naive-devel.Dockerfile.patched").read_text().splitlines()
        assert "FROM ubuntu:22.04" in patched
        assert sum("pip install --no-cache-dir" in line for line in patched) == 1
        assert [line for line in before if line.startswith(("#", "WORKDIR", "CMD"))] == [
            line for line in patched if line.startswith(("#", "WORKDIR", "CMD"))
        ]
        assert "steps are in the Dockerfile" in screen_text(pilot.app)
        await press(pilot, "A", "p", *"none", "enter")
        assert (tmp_path / "none").read_text() == given.read_text()

    drive(LayerscopeApp(analysis), script, WIDE)


def test_p_without_a_dockerfile_says_what_to_do() -> None:
    async def script(pilot: Pilot[None]) -> None:
        await press(pilot, "8", "p")
        await until(pilot, lambda: "--dockerfile PATH" in screen_text(pilot.app))

    drive_sample(script, WIDE)
