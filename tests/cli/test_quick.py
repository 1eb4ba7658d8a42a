"""`layerscope analyze --quick` from outside: what is printed and written, what is refused, and how it ends."""

import json
from pathlib import Path

import jsonschema
import pytest

from layerscope.report.outline.document import quick_json_schema
from tests.cli.run import layerscope
from tests.outline.images import STORED, partly_layers, whole_layers
from tests.sources.sample import archive
from tests.tables.lazy import modern_chunked, write_lazy


@pytest.fixture
def image(tmp_path: Path) -> str:
    """Return a layout of which every layer has a table."""
    return str(write_lazy(tmp_path / "whole", whole_layers()))


def test_text(image: str) -> None:
    done = layerscope("analyze", image, "--quick")
    assert done.returncode == 0
    assert b"QUICK LOOK" in done.stdout
    assert b"zstd:chunked" in done.stdout


def test_json_and_csv(image: str, tmp_path: Path) -> None:
    done = layerscope("analyze", image, "--quick", "--json", "-", "--report", f"csv={tmp_path}/{{name}}.csv", "-q")
    assert (done.returncode, done.stderr) == (0, b"")
    document = json.loads(done.stdout)
    jsonschema.validate(document, quick_json_schema())
    assert document["sizes"]["stored_bytes"] == STORED
    assert len(list(tmp_path.glob("*.csv"))) == 1


def test_gate(image: str, tmp_path: Path) -> None:
    done = layerscope("analyze", image, "--quick", "--max-stored", "1kB", "--fail-on", "pip-cache", "--json", "-")
    assert done.returncode == 1
    assert b"1 of 2 checks failed: stored; 1 skipped." in done.stderr
    assert [check["status"] for check in json.loads(done.stdout)["checks"]] == ["failed", "skipped"]
    done = layerscope("analyze", image, "--quick", "--fail-on", "pip-cache")
    assert (done.returncode, b"0 of 1 checks passed; 1 skipped" in done.stderr) == (0, True)
    assert layerscope("analyze", image, "--quick", "--fail-on", "pip-cache", "--strict").returncode == 1
    partly = str(write_lazy(tmp_path / "partly", partly_layers()))
    assert layerscope("analyze", partly, "--quick", "--max-stored", "1kB").returncode == 1
    assert layerscope("analyze", partly, "--quick", "--max-stored", "1GB", "--strict").returncode == 1


def test_a_table_that_cannot_be_believed(tmp_path: Path) -> None:
    broken = str(write_lazy(tmp_path / "broken", [modern_chunked(b"", table=b"{}")]))
    done = layerscope("analyze", broken, "--quick")
    assert done.returncode == 3
    assert b"layerscope: a table of contents cannot be believed" in done.stderr
    assert b"DAMAGED" in done.stdout


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--report", "html=x.html"], "--quick cannot write html"),
        (["--report", "sarif=x"], "It has csv, json, text."),
        (["--save", "x.lsa"], "--save needs what is in layers"),
        (["--verify"], "--verify needs what is in layers"),
        (["--device-code"], "--device-code needs what is in layers"),
        (["--dockerfile", "Dockerfile"], "--dockerfile needs what is in layers"),
        (["another:1"], "--quick is about one image"),
    ],
    ids=lambda value: value if isinstance(value, str) else value[0],
)
def test_what_is_refused(image: str, options: list[str], message: str, tmp_path: Path) -> None:
    done = layerscope("analyze", image, "--quick", *options, cwd=tmp_path)
    assert done.returncode == 2
    assert message.encode() in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["whole"]


def test_a_name_that_nobody_has() -> None:
    done = layerscope("analyze", "docker:no-such-image", "--quick")
    assert done.returncode == 3
    assert b"With --quick no engine pulls." in done.stderr


def test_standard_input() -> None:
    done = layerscope("analyze", "-", "--quick", "--json", "-", stdin=archive("old"))
    assert done.returncode == 0
    assert {layer["unknown"] for layer in json.loads(done.stdout)["layers"]} == {"Its source gives no parts of it."}
