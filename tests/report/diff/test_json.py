"""The JSON form of a comparison: its published schema, its bytes."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from layerscope.diff.compare import compare
from layerscope.diff.limit import parse_limit
from layerscope.report.diff.json import render_diff_json
from tests.diff.builds import save, side_of
from tests.images import file

ROOT = Path(__file__).parents[3]
SAMPLES = ROOT / "sample_images"


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((ROOT / "layerscope/report/diff/diff-schema-1.json").read_text())
    return loaded


def test_comparisons_keep_to_the_published_schema(schema: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator.check_schema(schema)
    sides = [side_of(SAMPLES / f"{name}.docker.tar") for name in ("tidy-multistage", "naive-devel")]
    for old, new in (sides, reversed(sides)):
        found = json.loads(render_diff_json(compare(old, new, limits=[parse_limit("5%")])))
        jsonschema.validate(found, schema)
        assert found["$schema"] == schema["$id"]


def test_the_published_schema_refuses_what_is_no_comparison(schema: dict[str, Any]) -> None:
    side = side_of(SAMPLES / "odd-layers.docker.tar")
    found = json.loads(render_diff_json(compare(side, side)))
    for part, field in (("sizes", "stored"), ("reuse", "by_blob"), ("old", "reference")):
        broken = found | {part: {key: value for key, value in found[part].items() if key != field}}
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(broken, schema)


def test_categories_add_up_to_what_changed() -> None:
    sides = [side_of(SAMPLES / f"{name}.docker.tar") for name in ("tidy-multistage", "naive-devel")]
    found = json.loads(render_diff_json(compare(*sides)))
    for part, whole in (("stored", found["sizes"]["stored"]), ("base", found["base"]["base"])):
        for field in ("old_bytes", "new_bytes", "delta_bytes"):
            assert sum(item[part][field] for item in found["categories"]) == whole[field]


def test_names_from_an_image_stand_in_it_as_json(tmp_path: Path) -> None:
    hostile = 'RUN echo "\u202e<script>\x1b[31m\\'
    old, new = (
        save(tmp_path / name, (text, [file("a", text.encode())])) for name, text in (("a", "RUN"), ("b", hostile))
    )
    content = render_diff_json(compare(side_of(old), side_of(new)))
    assert content.isascii()
    found = json.loads(content)
    assert found["layers"][1]["new_instruction"] == hostile
    # The verdict is for people.
    assert "\\u202e<script>\\x1b[31m\\" in found["verdict"][1]
