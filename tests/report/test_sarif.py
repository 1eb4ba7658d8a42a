"""SARIF, against the official schema and against what code scanning asks of it."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import layerscope
from layerscope.findings.rules import all_rules
from layerscope.report.sarif import render_sarif
from tests.images import Item, file, whiteout
from tests.report.gates import gated
from tests.report.images import analysis_of, hostile_image

SCHEMA = json.loads((Path(__file__).parent / "schemas/sarif-2.1.0.json").read_text())
ARCHIVES = sorted((Path(__file__).parents[2] / "sample_images").glob("*.tar"))
CACHE = file("root/.cache/pip/http/x", b"p" * 300_000)


def run_of(analysis: layerscope.Analysis) -> dict[str, Any]:
    log = json.loads(render_sarif(analysis))
    jsonschema.Draft4Validator(SCHEMA, format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER).validate(log)
    [run] = log["runs"]
    assert isinstance(run, dict)
    return run


@pytest.mark.parametrize("archive", ARCHIVES, ids=lambda path: path.name)
def test_samples_keep_to_the_schema_and_to_what_code_scanning_needs(archive: Path) -> None:
    run = run_of(layerscope.analyze(str(archive)))
    ids = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert ids == [*sorted(rule.id for rule in all_rules()), "failed-check"]
    for result in run["results"]:
        assert ids[result["ruleIndex"]] == result["ruleId"]
        [location] = result["locations"]
        assert location["physicalLocation"] == {"artifactLocation": {"uri": "Dockerfile"}, "region": {"startLine": 1}}
        assert result["partialFingerprints"]["primaryLocationLineHash"]
    known_by = [result["partialFingerprints"]["layerscope/v1"] for result in run["results"]]
    assert len(set(known_by)) == len(known_by)


def test_the_schema_refuses_what_is_no_sarif() -> None:
    log = json.loads(render_sarif(layerscope.analyze(str(ARCHIVES[0]))))
    del log["runs"][0]["tool"]["driver"]["name"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(log, SCHEMA)


def test_a_finding_in_full(tmp_path: Path) -> None:
    run = run_of(analysis_of(tmp_path, [CACHE], history=[{"created_by": "RUN pip install a # buildkit"}]))
    [result] = [item for item in run["results"] if item["ruleId"] == "pip-cache"]
    assert result["level"] == "warning"
    assert result["message"]["text"].startswith("pip's cache is in the image. 300.0 kB can go, in layer 0. ")
    assert result["properties"] == {
        "claimed_bytes": 300_000,
        "confidence": "high",
        "reclaimable_bytes": 300_000,
        "who_can_fix": "image",
    }
    assert result["locations"][0]["logicalLocations"] == [
        {"name": "layer 0", "fullyQualifiedName": "layer 0: RUN pip install a", "kind": "module"}
    ]
    [rule] = [item for item in run["tool"]["driver"]["rules"] if item["id"] == "pip-cache"]
    assert rule["shortDescription"]["text"] == "Pip's cache is in the image"
    assert "--no-cache-dir" in rule["help"]["markdown"]


def test_the_gate_decides_what_is_an_error(tmp_path: Path) -> None:
    run = run_of(gated(analysis_of(tmp_path, [CACHE])))
    errors = [(item["ruleId"], item["message"]["text"]) for item in run["results"] if item["level"] == "error"]
    [check, finding] = errors
    assert check == (
        "failed-check",
        "max-stored (limit 1.0 kB): The image is too large. See `pip-cache`, 100 %.",
    )
    assert finding[0] == "pip-cache"
    assert run["results"][0]["ruleId"] == "failed-check"


def fingerprints(folder: Path, *layers: list[Item]) -> dict[str, list[str]]:
    """What is known by what, by rule."""
    found: dict[str, list[str]] = {}
    for result in run_of(analysis_of(folder, *layers))["results"]:
        found.setdefault(result["ruleId"], []).append(result["partialFingerprints"]["layerscope/v1"])
    return {rule: sorted(names) for rule, names in found.items()}


def test_fingerprints_outlive_other_sizes_digests_versions_and_positions(tmp_path: Path) -> None:
    """The same waste in an image with two layers more below, other contents and other sizes."""
    one, two = (
        (
            [file("root/.cache/pip/http/x", byte * size), file("opt/a", byte * size)],
            [whiteout("opt/a"), file("opt/b", byte * size)],
            [whiteout("opt/b"), file("m/app", byte * size, mode=0o600)],
            [file("m/app", byte * size, mode=0o644)],
        )
        for byte, size in ((b"p", 300_000), (b"q", 900_000))
    )
    first, second = fingerprints(tmp_path, *one), fingerprints(tmp_path, [file("a", b"1")], [file("b", b"2")], *two)
    assert {"pip-cache", "chmod-layer", "root-user", "deleted-later"} <= set(first)
    assert len(first["deleted-later"]) == 2
    assert {rule: second[rule] for rule in first} == first
    every = [name for names in first.values() for name in names]
    assert len(set(every)) == len(every)


def test_hostile_names_are_neither_links_nor_control_characters(tmp_path: Path) -> None:
    analysis = hostile_image(tmp_path)
    content = render_sarif(analysis)
    assert content.isascii()
    texts = [result["message"]["text"] for result in run_of(analysis)["results"]]
    full_names = [
        layer["fullyQualifiedName"]
        for result in run_of(analysis)["results"]
        for layer in result["locations"][0].get("logicalLocations", [])
    ]
    assert all(text.isprintable() for text in texts + full_names)
    assert any("evil.example" in text for text in full_names)
    assert not [text for text in texts if "](" in text.replace("\\]", "")]


def test_a_damaged_image_says_that_it_was_not_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "image.tar"
    analysis_of(tmp_path, [CACHE, file("f", b"1" * 5_000)])
    content = bytearray(path.read_bytes())
    at = content.index(b"1" * 5_000) - 512
    content[at : at + 100] = b"\xff" * 100
    path.write_bytes(content)
    [invocation] = run_of(layerscope.analyze(str(path)))["invocations"]
    assert invocation["executionSuccessful"] is False
    assert "damaged" in invocation["toolExecutionNotifications"][0]["message"]["text"]
