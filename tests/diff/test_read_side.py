"""Reports as a side: of this version, of an older and a newer one, and what is none."""

import json
from pathlib import Path
from typing import Any

import pytest

import layerscope
from layerscope.diff import read_side as module
from layerscope.diff.read_side import read_side
from layerscope.errors import LimitExceeded, MalformedImage
from layerscope.report.json import render_json
from tests.diff.builds import save
from tests.images import file


@pytest.fixture
def report(tmp_path: Path) -> dict[str, Any]:
    path = save(tmp_path / "image.tar", ("COPY a /a", [file("a", b"abc")]))
    content: dict[str, Any] = json.loads(render_json(layerscope.analyze(str(path))))
    return content


def read(content: object) -> Any:
    return read_side(json.dumps(content).encode(), "report.json")


def test_fields_are_those_of_the_report(report: dict[str, Any]) -> None:
    side = read(report)
    assert side.image.image_id == report["image"]["image_id"]
    assert [item.diff_id for item in side.layers] == [item["diff_id"] for item in report["layers"]]
    assert {item.id: item.stored_bytes for item in side.categories} == {
        item["id"]: item["stored_bytes"] for item in report["categories"]
    }


def test_a_report_from_before_a_field_came_is_still_read(report: dict[str, Any]) -> None:
    for item in (*report["categories"], *report["packages"]):
        del item["base_stored_bytes"]
    for item in report["layers"]:
        del item["transfer_bytes_estimate"]
    side = read(report)
    assert {item.base_stored_bytes for item in side.categories} == {None}
    assert {item.transfer_bytes_estimate for item in side.layers} == {None}


def test_a_field_that_came_later_is_passed_over(report: dict[str, Any]) -> None:
    plain = read(report)
    report["later"] = report["layers"][0]["later"] = report["sizes"]["later"] = {"a": [1]}
    assert read(report) == plain


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b"null",
        b"\xff\xfe{}",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"schema_version": 2}',
        b'{"$schema": "urn:layerscope:diff:1", "schema_version": 1}',
    ],
)
def test_what_is_no_report_is_named(content: bytes) -> None:
    with pytest.raises(MalformedImage, match=r"report\.json is not a layerscope report of schema 1"):
        read_side(content, "report.json")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("sizes", "stored_bytes"), -1),
        (("sizes", "stored_bytes"), 10**30),
        (("sizes", "stored_bytes"), "many"),
        (("layers", 0, "content_size"), None),
        (("layers", 0, "diff_id"), 5),
        (("findings", 0, "who_can_fix"), "nobody"),
        (("schema_version",), 2),
        (("layers",), {}),
        (("image",), None),
    ],
)
def test_a_wrong_field_is_named(report: dict[str, Any], path: tuple[str | int, ...], value: object) -> None:
    place: Any = report
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(MalformedImage, match=r"\.".join(map(str, path))):
        read(report)


def test_a_file_that_is_too_large_for_a_report(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REPORT_LIMIT_BYTES", 10)
    with pytest.raises(LimitExceeded, match="at most 256 MB"):
        read_side(b"{" + b" " * 10, "report.json")
