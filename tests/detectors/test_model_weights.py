"""What `model-weights` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("models/model.safetensors", None),
    ("srv/llama.gguf", None),
    ("app/weights/best.pt", None),
    ("opt/pytorch_model-00001-of-00002.bin", None),
    ("app/net.onnx.data", None),
    ("srv/1/saved_model.pb", None),
    ("srv/1/variables/variables.data-00000-of-00001", None),
    ("usr/lib/python3/site-packages/en_core_web_lg/vocab/vectors", "python:en-core-web-lg"),
    ("usr/lib/python3/site-packages/de_core_news_sm/x", "python:de_core_news_sm"),
]
IGNORES = [
    ("usr/lib/python3.11/site-packages/distutils-precedence.pth", None),
    ("usr/lib/python3/dist-packages/x.pth", None),
    ("usr/lib/python3/dist-packages/pkg/tests/data.h5", "python:pkg"),
    ("usr/bin/tool.bin", None),
    ("root/.cache/pip/model.safetensors", None),
    ("usr/lib/python3/site-packages/spacy/x.py", "python:spacy"),
    ("app/model.py", None),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "model-weights"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "model-weights"
