"""Reports on quick looks: the schema, the rows, no zeros for what is not known, no active characters."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import layerscope
from layerscope.outline.outline import Outline
from layerscope.report.csv import render_csv
from layerscope.report.formats import find_format
from layerscope.report.outline.document import quick_json_schema
from layerscope.report.outline.formats import QUICK_FORMATS
from tests.outline.images import HALF, OLD, STORED, outline_of, partly_layers, whole_layers
from tests.report.test_hostile_names import ACTIVE
from tests.tables.lazy import LazyLayer, modern_chunked

HOSTILE = ["\x1b[31mred\x1b]0;title\x07", "\u202egnp.exe", "=cmd()", "<script>", "a\nb", "[bold]", "\ud7ff\u200b"]


@pytest.fixture
def whole(tmp_path: Path) -> Outline:
    return outline_of(tmp_path / "whole", whole_layers())


@pytest.fixture
def partly(tmp_path: Path) -> Outline:
    return outline_of(tmp_path / "partly", partly_layers())


def render(outline: Outline, name: str) -> bytes:
    return b"".join(find_format(name, QUICK_FORMATS).render(outline))


def document(outline: Outline) -> dict[str, Any]:
    found = json.loads(render(outline, "json"))
    jsonschema.validate(found, quick_json_schema())
    assert isinstance(found, dict)
    return found


def test_json_of_a_whole_listing(whole: Outline) -> None:
    found = document(whole)
    blob_bytes = sum(layer["blob_size"] for layer in found["layers"])
    assert (found["quick"], found["complete"]) == (True, True)
    assert found["sizes"] == {
        "transfer_bytes": blob_bytes,
        "stored_bytes": STORED,
        "live_bytes": STORED - OLD,
        "superseded_bytes": OLD,
        "duplicate_bytes": HALF,
        "entries": 6,
    }
    assert [layer["superseded_bytes"] for layer in found["layers"]] == [OLD, 0]
    assert {layer["table"]["format"] for layer in found["layers"]} == {"zstd:chunked"}
    assert [(group["cause"], group["bytes"], group["paths"]) for group in found["superseded"]] == [
        ("overwritten", OLD, ["/etc/motd"])
    ]
    assert [(group["copies"], group["paths"]) for group in found["duplicates"]] == [(2, ["/opt/a", "/opt/b"])]
    assert [(item["id"], item["stored_bytes"]) for item in found["categories"]] == [("documentation", 500)]
    # Of a whiteout no path tells anything, either.
    assert found["untold"] == {"files": 4 + 1, "stored_bytes": STORED - 500}


def test_json_of_a_part_has_null_and_no_zero(partly: Outline) -> None:
    found = document(partly)
    sizes, top = found["sizes"], found["layers"][2]
    assert sizes.pop("transfer_bytes") == sum(layer["blob_size"] for layer in found["layers"])
    assert set(sizes.values()) == {None}
    assert found["listed"]["layers"] == 2
    assert found["listed"]["stored_bytes"] == STORED
    assert {top[name] for name in ("content_size", "entries", "superseded_bytes", "table")} == {None}
    assert top["unknown"] == "It has no table of contents."
    assert {layer["superseded_bytes"] for layer in found["layers"]} == {None}


def test_json_of_no_listing(tmp_path: Path) -> None:
    found = document(outline_of(tmp_path / "image", partly_layers()[2:]))
    assert (found["listed"], found["untold"]) == (None, None)
    assert (found["categories"], found["superseded"], found["duplicates"]) == ([], [], [])


def test_csv_is_that_of_the_whole_analysis(whole: Outline) -> None:
    analysis = layerscope.analyze(whole.image.reference, pull="never")
    quick = list(csv.DictReader(io.StringIO(render(whole, "csv").decode())))
    full = list(csv.DictReader(io.StringIO(b"".join(render_csv(analysis)).decode())))
    assert quick == [{name: row[name] for name in quick[0]} for row in full]


def test_csv_of_a_part_does_not_say_that_anything_is_live(partly: Outline) -> None:
    rows = list(csv.DictReader(io.StringIO(render(partly, "csv").decode())))
    assert {(row["path"], row["live"]) for row in rows if row["live"]} == {
        ("/etc/motd", "no"),
        ("/opt/none", "no"),
    }
    assert len(rows) == 6


def test_csv_of_no_listing(tmp_path: Path) -> None:
    assert render(outline_of(tmp_path / "image", partly_layers()[2:]), "csv").count(b"\n") == 1


def test_text_tells_what_is_not_known(whole: Outline, partly: Outline, tmp_path: Path) -> None:
    text = render(whole, "text").decode()
    assert "QUICK LOOK: no layer was read; files are what each layer's table of contents says." in text
    assert "43.5 kB" in text
    assert "run it without --quick" in text
    text = render(partly, "text").decode()
    assert "2 of 3 have a table of contents, the files of the others are not known." in text
    assert ">43.5 kB" in text
    text = render(outline_of(tmp_path / "image", partly_layers()[2:]), "text").decode()
    assert "none has a table of contents that can be used" in text
    assert " 0 B" not in text


def test_a_damaged_table_is_told(tmp_path: Path) -> None:
    broken = modern_chunked(b"", table=b"{}")
    outline = outline_of(tmp_path / "image", [*whole_layers(), broken])
    assert document(outline)["complete"] is False
    text = render(outline, "text").decode()
    assert "DAMAGED: a table of contents cannot be believed" in text
    assert "unusable" in text


@pytest.mark.parametrize("name", [item.id for item in QUICK_FORMATS])
def test_no_active_characters(tmp_path: Path, name: str) -> None:
    entries = [{"type": "reg", "name": text, "size": 3, "digest": "sha256:" + "0" * 64} for text in HOSTILE]
    lazy = modern_chunked(b"", entries=[*entries, *entries])
    annotated = LazyLayer(lazy.blob, lazy.tar, lazy.media_type + "\x1b[2J", lazy.annotations)
    text = render(outline_of(tmp_path / "image", [annotated]), name).decode()
    assert ACTIVE.findall(text) == []
    if name == "csv":
        assert not any(row["path"].startswith("=") for row in csv.DictReader(io.StringIO(text)))
