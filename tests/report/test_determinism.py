"""The same image gives the same bytes in every format, and those are the committed examples."""

import runpy
from pathlib import Path

import pytest

from layerscope.report.formats import FORMATS, Format
from tests.cli.run import layerscope
from tests.images import Item, file
from tests.report.images import analysis_of

ROOT = Path(__file__).parents[2]
EXAMPLES = runpy.run_path(str(ROOT / "docs/generate.py"))["EXAMPLES"]
SAMPLE, DOCKERFILE = "sample_images/naive-devel.docker.tar", "sample_images/dockerfiles/naive-devel.Dockerfile"
# The command of docs/reports.md; the sample is over the first limit and has the finding.
GATE = ("--no-config", "--max-stored", "300kB", "--max-transfer", "1MB", "--fail-on", "pip-cache")
NAMES = sorted({*(item.id for item in FORMATS), *EXAMPLES})


def run(folder: Path, seed: str) -> dict[str, bytes]:
    """Every format in one run, under a hash seed and in a place of its own."""
    options = [part for name in NAMES for part in ("--report", f"{name}={folder / name}")]
    env = {
        "PYTHONHASHSEED": seed,
        "LC_ALL": "C" if seed == "1" else "C.UTF-8",
        "TZ": f"UTC+{seed}",
        "COLUMNS": seed * 2,
    }
    done = layerscope("analyze", SAMPLE, "--dockerfile", DOCKERFILE, *GATE, *options, env=env, cwd=ROOT)
    assert done.returncode == 1, done.stderr
    return {name: (folder / name).read_bytes() for name in NAMES}


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return run(tmp_path_factory.mktemp("first"), "1")


def test_two_hash_seeds(first: dict[str, bytes], tmp_path: Path) -> None:
    second = run(tmp_path, "6")
    assert [name for name in NAMES if first[name] != second[name]] == []


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_examples_are_what_is_written(first: dict[str, bytes], name: str) -> None:
    committed = (ROOT / "docs/examples" / EXAMPLES[name]).read_bytes()
    assert first[name] == committed, "run: python docs/generate.py"


@pytest.mark.parametrize("layers", [[], [[]], [[file("a", b"")]]], ids=["no layers", "an empty layer", "an empty file"])
@pytest.mark.parametrize("item", FORMATS, ids=lambda item: item.id)
def test_there_is_a_report_of_hardly_anything(tmp_path: Path, item: Format, layers: list[list[Item]]) -> None:
    content = b"".join(item.render(analysis_of(tmp_path, *layers, repo_tags=["sample:latest"])))
    assert content.endswith(b"\n") or (item.id, content) == ("github", b"")


def test_every_example_stands_on_the_page() -> None:
    page = (ROOT / "docs/reports.md").read_text()
    assert {path.name for path in (ROOT / "docs/examples").iterdir()} == set(EXAMPLES.values())
    assert [name for name in EXAMPLES.values() if f"(examples/{name})" not in page] == []
    assert [item.id for item in FORMATS if f"`{item.id}`" not in page] == []
