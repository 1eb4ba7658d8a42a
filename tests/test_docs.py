"""Generated pages are in step with the code, and links and commands of the pages lead somewhere."""

import contextlib
import re
import runpy
import shlex
from pathlib import Path
from typing import Any

import click
import pytest

from layerscope.cli.main import cli

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def _generator() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "docs/generate.py"))


@pytest.mark.parametrize(
    ("path", "content"), _generator()["generated"]().items(), ids=lambda value: getattr(value, "name", "")
)
def test_generated_files_are_in_step(path: Path, content: str) -> None:
    assert path.read_text() == content, "run: python docs/generate.py"


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_links_lead_to_files(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text())
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_every_exit_code_is_documented() -> None:
    from layerscope.cli.exit_code import ExitCode

    page = (ROOT / "docs/cli.md").read_text()
    assert all(re.search(rf"^\| {code.value} \|", page, re.MULTILINE) for code in ExitCode)


@pytest.mark.parametrize("page", sorted((ROOT / "docs").glob("*.md")), ids=lambda path: path.name)
def test_every_page_is_linked_from_the_first_one(page: Path) -> None:
    assert f"]({page.relative_to(ROOT)})" in (ROOT / "README.md").read_text()


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_commands_are_understood(page: Path) -> None:
    for words in _commands(page.read_text()):
        # In prose a command or an option may be named without what belongs to it.
        with contextlib.suppress(click.MissingParameter, click.BadOptionUsage, click.exceptions.Exit):
            _parse(words)


def test_every_test_of_the_table_of_hostile_input_exists() -> None:
    named = re.findall(r"`([\w/]+\.py)::(test_\w+)`", (ROOT / "docs/design/hostile.md").read_text())
    assert len(named) > 150
    sources = {path: (ROOT / "tests" / path).read_text() for path, _ in named}
    assert [f"{path}::{name}" for path, name in named if f"def {name}(" not in sources[path]] == []


def _parse(words: list[str]) -> None:
    with cli.make_context("layerscope", words) as context:
        name, command, rest = cli.resolve_command(context, words)
        while isinstance(command, click.Group) and rest:
            name, command, rest = command.resolve_command(context, rest)
        assert command is not None
        if rest:
            command.make_context(name, rest, parent=context)


def _commands(text: str) -> list[list[str]]:
    """What is behind `layerscope` in lines of shells and between two backticks, where that is no pattern."""
    shells = re.findall(r"^```(?:console|bash)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    lines = [line.partition("#")[0] for shell in shells for line in shell.replace("\\\n", " ").splitlines()]
    found = [match for line in lines for match in re.findall(r"(?<![\w/.-])layerscope ([^|;&()>]+)", line)]
    found += re.findall(r"`layerscope ([^`]+)`", text)
    return [shlex.split(command) for command in found if "..." not in command and "FORMAT=" not in command]
