"""The shell: screens by number, help, palette, themes, sizes, every sample, hostile names, quitting."""

import os
import re
import signal
from pathlib import Path

import pytest
from textual.color import Color
from textual.command import CommandList
from textual.pilot import Pilot
from textual.theme import Theme
from textual.widgets import Static

import layerscope
from layerscope.analysis import Analysis
from layerscope.tui.app import LayerscopeApp
from layerscope.tui.palette import DARK, LIGHT, variables
from layerscope.tui.screens import all_screens
from layerscope.tui.widgets.row_table import RowTable
from tests.images import docker_archive, file, layer
from tests.tui.drive import NARROW, SAMPLES, WIDE, drive, drive_sample, press, sample, screen_text, settle, until

ARCHIVES = sorted(SAMPLES.glob("*.tar"))
NUMBERS = [str(screen.NUMBER) for screen in all_screens()]
HOSTILE = (
    "[red]bold[/red]",
    "[@click=app.exit]x[/]",
    "\x1b]52;c;aGk=\x07",
    "a\u202eb\u200bc",
    "$accent",
    "new\nline",
    "漢字" * 30,
)

# What the picture draws around the terminal.
FRAME = {"#c5c8c6", "#ff5f57", "#febc2e", "#28c840"}


def test_there_are_eight_screens_in_order() -> None:
    assert [screen.NUMBER for screen in all_screens()] == list(range(1, 9))
    assert len({screen.NAME for screen in all_screens()}) == 8


def test_numbers_show_screens() -> None:
    async def script(pilot: Pilot[None]) -> None:
        for screen in all_screens():
            await press(pilot, str(screen.NUMBER))
            assert pilot.app.screen.id == f"screen-{screen.NAME}"

    drive_sample(script)


def test_the_tabs_fit_and_can_be_clicked() -> None:
    async def script(pilot: Pilot[None]) -> None:
        tabs = screen_text(pilot.app).splitlines()[1]
        assert [item.strip() for item in re.split(r"(?=\d )", tabs)][1:] == [
            f"{screen.NUMBER} {screen.LABEL}" for screen in all_screens()
        ]
        await pilot.click("#screen-tabs", offset=(tabs.index("3 Files"), 0))
        await until(pilot, lambda: pilot.app.screen.id == "screen-files")

    drive_sample(script, NARROW)


@pytest.mark.parametrize("archive", ARCHIVES, ids=lambda path: path.name)
def test_every_sample_can_be_looked_at(archive: Path) -> None:
    async def script(pilot: Pilot[None]) -> None:
        for number in NUMBERS:
            await press(pilot, number, "down", "enter")

    drive(LayerscopeApp(sample(archive.name)), script)


def test_an_image_without_layers_can_be_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "empty.tar"
    path.write_bytes(docker_archive([], flavour="old"))

    async def script(pilot: Pilot[None]) -> None:
        for number in NUMBERS:
            await press(pilot, number, "down", "enter", "tab", "enter", "y", "i", "space", "slash", "x", "escape")

    drive(LayerscopeApp(layerscope.analyze(str(path))), script)


def test_screens_follow_the_terminal_s_size() -> None:
    async def script(pilot: Pilot[None]) -> None:
        for number in NUMBERS:
            await press(pilot, number)
            for size in (WIDE, (60, 15), (20, 6), NARROW):
                await pilot.resize_terminal(*size)
                await settle(pilot)
                lines = screen_text(pilot.app).splitlines()
                assert len(lines) == size[1]
                assert all(len(line) == size[0] for line in lines)

    drive_sample(script)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    path = tmp_path_factory.mktemp("hostile") / "[bold]image.tar"
    files = [file(f"{name}/{name}", bytes([number]) * (1_000 + number)) for number, name in enumerate(HOSTILE)]
    history = [{"created_by": "RUN [link=x]echo[/] \x1b[2J"}]
    path.write_bytes(docker_archive([layer(*files)], flavour="old", history=history))
    return layerscope.analyze(str(path))


def test_hostile_names_are_shown_as_they_are(hostile: Analysis) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await press(pilot, "3")
        text = screen_text(pilot.app)
        for shown in (
            "[red]bold[",
            "[@click=app.exit]x[",
            "\\x1b]52;c;aGk=\\x07",
            "a\\u202eb\\u200bc",
            "$accent",
            "new\\x0aline",
        ):
            assert shown in text
        await press(pilot, *["down", "y", "i"] * 3, "enter")
        await press(pilot, "2", "i", "r")
        assert "RUN [link=x]echo[/] \\x1b[2J" in screen_text(pilot.app)
        await press(pilot, "tab", "down", "enter", "down", "y")
        for number in NUMBERS:
            await press(pilot, number, "down", "i", "enter", "y")
        assert "\x1b" not in screen_text(pilot.app)

    drive(LayerscopeApp(hostile), script, WIDE)


def test_help_lists_the_keys_of_a_screen_and_closes() -> None:
    async def script(pilot: Pilot[None]) -> None:
        await press(pilot, "2", "question_mark")
        keys = dict(pilot.app.screen.query_one(RowTable).rows)
        assert keys["t"] == "Up to here: This layer alone, or all up to it"
        assert keys["+"] == "+: Show or hide added paths"
        assert "down j" in {key.replace("↓", "down") for key in keys}
        await press(pilot, "escape")
        assert pilot.app.screen.id == "screen-layers"
        await press(pilot, "question_mark", "q")
        assert pilot.app.screen.id == "screen-layers"

    drive_sample(script)


def _first(found: CommandList) -> str:
    """The first of the commands that were found."""
    return str(found.get_option_at_index(0).prompt) if found.option_count else ""


def test_the_palette_leads_to_screens() -> None:
    async def script(pilot: Pilot[None]) -> None:
        await press(pilot, "ctrl+p", *"show plan")
        # What is found comes from a thread, and only then Enter means it.
        found = pilot.app.screen.query_one(CommandList)
        await until(pilot, lambda: "Show Plan" in _first(found))
        await press(pilot, "enter")
        await until(pilot, lambda: pilot.app.screen.id == "screen-plan")

    drive_sample(script)


@pytest.mark.parametrize("theme", [LIGHT.name, "textual-light", "nord", "ansi-dark"])
def test_every_theme_draws_every_screen(theme: str) -> None:
    async def script(pilot: Pilot[None]) -> None:
        if theme not in pilot.app.available_themes:
            pytest.fail(f"{theme} is not there: {sorted(pilot.app.available_themes)}")
        pilot.app.theme = theme
        for number in NUMBERS:
            await press(pilot, number)

    drive_sample(script)


def test_no_color_is_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")

    async def script(pilot: Pilot[None]) -> None:
        picture = pilot.app.export_screenshot(simplify=True)
        colors = [Color.parse(found) for found in set(re.findall(r"#[0-9a-f]{6}\b", picture)) - FRAME]
        assert len(colors) > 2
        assert all(max(color.rgb) - min(color.rgb) <= 1 for color in colors)

    drive_sample(script)


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_text_can_be_read_on_every_background(theme: Theme) -> None:
    """The contrast of WCAG 2.2 (relative luminance), at least 4.5 for text and 3 for bars."""
    names = variables(is_dark=theme.dark)
    background = str(theme.background)
    for name, value in names.items():
        if name.startswith("group-"):
            continue
        least = 3.0 if name in {"from-base", "yours", "superseded"} else 4.5
        assert contrast(value, background) >= least, name
    for color in (theme.foreground, theme.accent, theme.error, theme.success, theme.warning):
        assert contrast(str(color), background) >= 4.5


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(color: str) -> float:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_copying_nothing_says_so() -> None:
    async def script(pilot: Pilot[None]) -> None:
        await press(pilot, "3", "slash", *"nothing at all", "enter", "y")
        await until(pilot, lambda: "There is nothing to copy" in screen_text(pilot.app))
        assert pilot.app.clipboard == ""

    drive_sample(script)


@pytest.mark.parametrize("key", ["q", "ctrl+c"])
def test_leaving_ends_with_zero(key: str) -> None:
    async def script(pilot: Pilot[None]) -> None:
        await press(pilot, key)
        assert pilot.app.return_code == 0

    drive_sample(script)


def test_sigterm_ends_it_as_an_interruption() -> None:
    app = LayerscopeApp(sample())

    async def script(pilot: Pilot[None]) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        await until(pilot, lambda: app.error is not None)

    drive(app, script)
    assert isinstance(app.error, KeyboardInterrupt)


def test_numbers_wait_while_help_is_open() -> None:
    async def script(pilot: Pilot[None]) -> None:
        await press(pilot, "question_mark", "3", "escape")
        assert pilot.app.screen.id == "screen-overview"

    drive_sample(script)


def test_the_header_tells_name_and_sizes() -> None:
    async def script(pilot: Pilot[None]) -> None:
        header = str(pilot.app.screen.query_one("#image-header", Static).render())
        assert "naive-devel.docker.tar" in header
        assert header.endswith("428.0 kB stored, ~241.6 kB transfer, pull ~0.0 s")

    drive_sample(script, WIDE)
