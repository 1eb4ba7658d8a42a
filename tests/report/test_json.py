"""The JSON report: its schema, its bytes, its paths."""

import json
from pathlib import Path

import jsonschema
import pytest

import layerscope
from layerscope.report.build import path_text
from layerscope.report.document import json_schema
from layerscope.report.json import render_json

ROOT = Path(__file__).parents[2]
ARCHIVES = sorted((ROOT / "sample_images").glob("*.tar"))


@pytest.mark.parametrize("archive", ARCHIVES, ids=lambda path: path.name)
def test_reports_keep_to_the_published_schema(archive: Path) -> None:
    schema = json.loads((ROOT / "layerscope/report/schema-1.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    report = json.loads(render_json(layerscope.analyze(str(archive))))
    jsonschema.validate(report, schema)
    assert report["$schema"] == schema["$id"]


def test_the_published_schema_refuses_what_is_no_report() -> None:
    report = json.loads(render_json(layerscope.analyze(str(ARCHIVES[0]))))
    del report["sizes"]["stored_bytes"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(report, json_schema())


def test_bytes_are_stable() -> None:
    one, two = (render_json(layerscope.analyze(str(ARCHIVES[0]))) for _ in range(2))
    assert one == two
    assert one.isascii()
    assert one.endswith(b"}\n")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (b"a/b", "/a/b"),
        ("ä\u202e\n".encode(), "/ä\u202e\n"),
        (b"\xff", "base64:L/8="),
        (b"base64:x", "/base64:x"),
    ],
)
def test_paths_lose_nothing(path: bytes, text: str) -> None:
    assert path_text(path) == text
