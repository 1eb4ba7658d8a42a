"""The JSON report: its schema, its bytes, its paths."""

import json
from pathlib import Path

import jsonschema
import pytest
from msgspec.structs import replace

import layerscope
from layerscope.checks.check import Check, Status, Unit
from layerscope.checks.gate import Gate
from layerscope.report.document import json_schema
from layerscope.report.json import render_json
from layerscope.report.texts import path_text

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


def test_checks_and_the_time_of_a_pull() -> None:
    analysis = layerscope.analyze(str(ROOT / "sample_images" / "tidy-multistage.oci-gzip.tar"))
    failed = Check("max-stored", Unit.BYTES, 5, 6, Status.FAILED, "The image has 1 B more.", "Make it smaller.")
    skipped = Check("variant", Unit.NAME, "runtime", None, Status.SKIPPED, "No base \ud800 is known.")
    gate = Gate((failed, skipped), bandwidth_bits_per_second=1_000)
    report = json.loads(render_json(replace(analysis, gate=gate)))
    jsonschema.validate(report, json_schema())
    assert report["pull"] == {
        "bandwidth_bits_per_second": 1_000,
        "seconds_estimate": round(report["sizes"]["transfer_bytes"] * 8 / 1_000, 1),
    }
    assert report["checks"] == [
        {
            "id": "max-stored",
            "unit": "bytes",
            "limit": 5,
            "actual": 6,
            "status": "failed",
            "reason": "The image has 1 B more.",
            "fix": "Make it smaller.",
        },
        {
            "id": "variant",
            "unit": "name",
            "limit": "runtime",
            "actual": None,
            "status": "skipped",
            "reason": "No base ? is known.",
            "fix": None,
        },
    ]


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
