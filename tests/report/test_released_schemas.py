"""Whoever reads a report by the schema of an older version of the same major can read today's."""

import copy
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import layerscope
from layerscope.__about__ import __version__
from layerscope.report.diff.document import diff_json_schema
from layerscope.report.document import json_schema
from layerscope.report.json import render_json
from layerscope.report.many.document import images_json_schema
from layerscope.report.outline.document import quick_json_schema
from tests.report.schema_changes import breaking_changes

ROOT = Path(__file__).parents[2]
KEPT = sorted((ROOT / "docs/schemas").glob("*.json"))
TODAY = {
    "report": json_schema(),
    "diff": diff_json_schema(),
    "images": images_json_schema(),
    "quick": quick_json_schema(),
}


@pytest.mark.parametrize("kind", TODAY)
def test_every_release_keeps_its_schemas(kind: str) -> None:
    released = re.findall(r"^## \[(\d+\.\d+\.\d+)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert {path.stem for path in KEPT} >= {f"{kind}-{version}" for version in (__version__, *released)}


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.stem)
def test_todays_schema_takes_nothing_from_readers_of_a_kept_one(path: Path) -> None:
    old, new = json.loads(path.read_text()), TODAY[path.stem.partition("-")[0]]
    jsonschema.Draft202012Validator.check_schema(old)
    assert breaking_changes(old, new) == [] or old["$id"] != new["$id"]


@pytest.mark.parametrize("path", [path for path in KEPT if path.stem.startswith("report-")], ids=lambda path: path.stem)
def test_todays_report_is_readable_by_a_kept_schema(path: Path) -> None:
    old = json.loads(path.read_text())
    report = json.loads(render_json(layerscope.analyze(str(ROOT / "sample_images/naive-devel.docker.tar"))))
    if old["$id"] == report["$schema"]:
        jsonschema.validate(report, without_closing(old))


def without_closing(schema: Any) -> Any:
    """A schema that lets fields be added, as all readers should."""
    if isinstance(schema, dict):
        return {key: without_closing(value) for key, value in schema.items() if key != "additionalProperties"}
    return [without_closing(item) for item in schema] if isinstance(schema, list) else schema


def drop_field(schema: dict[str, Any]) -> None:
    del schema["$defs"]["Sizes"]["properties"]["live_bytes"]
    schema["$defs"]["Sizes"]["required"].remove("live_bytes")


def make_optional(schema: dict[str, Any]) -> None:
    schema["$defs"]["LayerPart"]["required"].remove("diff_id")


def make_nullable(schema: dict[str, Any]) -> None:
    sizes = schema["$defs"]["Sizes"]["properties"]
    sizes["stored_bytes"] = {"anyOf": [{"type": "integer"}, {"type": "null"}]}


def change_type(schema: dict[str, Any]) -> None:
    schema["$defs"]["PackagePart"]["properties"]["layers"]["items"] = {"type": "string"}


def drop_value(schema: dict[str, Any]) -> None:
    schema["$defs"]["SupersededPart"]["properties"]["cause"]["enum"].remove("opaque")


def add_field(schema: dict[str, Any]) -> None:
    schema["$defs"]["Sizes"]["properties"]["more_bytes"] = {"type": "integer"}
    schema["$defs"]["Sizes"]["required"].append("more_bytes")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (drop_field, [".sizes.live_bytes: is gone"]),
        (make_optional, [".layers[].diff_id: may be missing"]),
        (make_nullable, [".sizes.stored_bytes: may be null now"]),
        (change_type, [".packages[].layers[]: may be string now"]),
        (drop_value, [".superseded[].cause: has fewer values"]),
        (add_field, []),
    ],
)
def test_what_breaks_readers_is_found(change: Callable[[dict[str, Any]], None], told: list[str]) -> None:
    new = copy.deepcopy(json_schema())
    change(new)
    assert breaking_changes(json_schema(), new) == told
