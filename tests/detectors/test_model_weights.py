"""What `model-weights` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("models/model.safetensors", None),
    ("srv/llama.gguf", None),
    ("app/weights/best.pt", None),
    ("opt/pytorch_model-00001-of-00002.bin", None),
]
IGNORES = [
    ("usr/lib/python3.11/site-packages/distutils-precedence.pth", None),
    ("usr/lib/python3/dist-packages/x.pth", None),
    ("usr/lib/python3/dist-packages/pkg/tests/data.h5", "python:pkg"),
    ("usr/bin/tool.bin", None),
    ("root/.cache/pip/model.safetensors", None),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "model-weights"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "model-weights"
