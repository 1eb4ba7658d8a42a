"""Model files, seen and hidden, against what the example was made of."""

import pytest

from layerscope.analysis import Analysis
from layerscope.tui.view_model.models import human_count, model_detail, model_rows
from tests.tui.example import MODEL_BYTES, PARAMETERS


def test_the_same_model_twice(example: Analysis) -> None:
    found = [
        (row.name, row.path, row.format, row.dtype, row.parameters, row.size_bytes, row.layer, row.hidden_by)
        for row in model_rows(example)
    ]
    model = ("model", "/models/model.safetensors", "safetensors", "F16", PARAMETERS, MODEL_BYTES)
    assert found == [(*model, 2, 3), (*model, 3, None)]


def test_what_the_file_says(example: Analysis) -> None:
    [said] = model_detail(example, model_rows(example)[0]).sections
    assert said.lines == (
        "format: safetensors",
        "parameters: 30.0k",
        "types: F16 100.0 %",
        "size: 60.1 kB",
        "brought by: no package",
        "hidden by: layer 3",
    )


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0"), (999, "999"), (1_000, "1.0k"), (134_217_728, "134.2M"), (7_000_000_000, "7.0B"), (10**12, "1.0T")],
)
def test_counts_as_people_say_them(count: int, text: str) -> None:
    assert human_count(count) == text
