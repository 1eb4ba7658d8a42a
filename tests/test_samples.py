"""The bundled samples: what layerscope says of them against numbers that were found without it."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import layerscope
from layerscope.report.build import build_document
from layerscope.report.model import plain

SAMPLES = Path(__file__).parents[1] / "sample_images"
ARCHIVES = sorted(SAMPLES.glob("*.tar"))
EXPECTED = json.loads((SAMPLES / "expected.json").read_text())


def expected_of(archive: Path) -> Any:
    return EXPECTED["images"][archive.name.partition(".")[0]]


@pytest.mark.parametrize("archive", ARCHIVES, ids=lambda path: path.name)
def test_numbers_are_the_expected_ones(archive: Path) -> None:
    expected = expected_of(archive)
    document = build_document(layerscope.analyze(str(archive)))
    sizes = document.sizes
    assert (sizes.stored_bytes, sizes.live_bytes) == (expected["stored_bytes"], expected["live_bytes"])
    assert (sizes.superseded_bytes, sizes.duplicate_bytes) == (
        expected["superseded_bytes"],
        expected["duplicate_bytes"],
    )
    assert sizes.entries == expected["entries"]
    causes: Counter[str] = Counter()
    for group in document.superseded:
        causes[group.cause] += group.bytes
    assert causes == Counter({k: v for k, v in expected["superseded_bytes_by_cause"].items() if v})
    categories = {category.id: category.stored_bytes for category in document.categories}
    assert {name: categories.get(name, 0) for name in expected["stored_bytes_by_category"]} == expected[
        "stored_bytes_by_category"
    ]
    assert document.complete
    assert document.warnings == []


def test_all_forms_of_one_image_say_the_same() -> None:
    documents = []
    for archive in ARCHIVES:
        if archive.name.startswith("tidy-multistage"):
            content = plain(build_document(layerscope.analyze(str(archive), verify=True)))
            for key in ("image",):
                content[key] = {k: content[key][k] for k in ("platform", "config")}
            _leave_out_transfer(content)
            for layer in content["layers"]:
                for key in ("digest", "media_type", "compression", "compressed_size"):
                    del layer[key]
            documents.append(content)
    assert len(documents) == 5
    assert all(content == documents[0] for content in documents)


def _leave_out_transfer(part: object) -> None:
    """Forget every figure of what a pull fetches, which depends on how a form is compressed."""
    if isinstance(part, dict):
        for key, value in part.items():
            if "transfer_bytes" in key:
                part[key] = None
            _leave_out_transfer(value)
    elif isinstance(part, list):
        for item in part:
            _leave_out_transfer(item)
