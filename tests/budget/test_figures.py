"""Sizes out of a JSON report."""

import json
from pathlib import Path
from typing import Any

import pytest

import layerscope
from layerscope.budget.figures import Figures, figures_of, read_figures
from layerscope.errors import UsageError
from layerscope.report.json import render_json

SAMPLES = Path(__file__).parents[2] / "sample_images"


@pytest.mark.parametrize("name", ["naive-devel.docker.tar", "tidy-multistage.oci-gzip.tar"])
def test_a_report_has_the_figures_of_its_analysis(tmp_path: Path, name: str) -> None:
    analysis = layerscope.analyze(str(SAMPLES / name))
    path = tmp_path / "report.json"
    path.write_bytes(render_json(analysis))
    assert read_figures(path) == figures_of(analysis)


GOOD: dict[str, Any] = {
    "$schema": "urn:layerscope:report:1",
    "complete": True,
    "image": {"reference": "x"},
    "sizes": {
        "stored_bytes": 4,
        "superseded_bytes": 3,
        "duplicate_bytes": 2,
        "transfer_bytes": None,
        "transfer_bytes_estimate": 1,
    },
}


def test_a_report_of_the_fewest_fields(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text(json.dumps(GOOD))
    assert read_figures(path) == Figures("x", 4, 3, 2, 1)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b"[" * 100_000,
        json.dumps(GOOD | {"$schema": "urn:layerscope:report:2"}).encode(),
        json.dumps(GOOD | {"complete": False}).encode(),
        json.dumps(GOOD | {"sizes": {}}).encode(),
        json.dumps(GOOD | {"sizes": None}).encode(),
        json.dumps(GOOD | {"sizes": GOOD["sizes"] | {"stored_bytes": -1}}).encode(),
        json.dumps(GOOD | {"sizes": GOOD["sizes"] | {"transfer_bytes_estimate": True}}).encode(),
    ],
)
def test_what_is_no_report(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "report.json"
    path.write_bytes(content)
    with pytest.raises(UsageError, match="is no JSON report"):
        read_figures(path)


def test_a_missing_report(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        read_figures(tmp_path / "none.json")
