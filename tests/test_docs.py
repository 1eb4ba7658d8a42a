"""Generated pages are in step with the code, and links and commands of the pages lead somewhere."""

import re
import runpy
from pathlib import Path
from typing import Any

import pytest

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
