"""What `model-cache` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("root/.cache/huggingface/hub/models--org--name/blobs/0011", None),
    ("models/models--bert-base/blobs/0011", None),
    ("models/hub/models--org--name/refs/main", None),
    ("root/.cache/torch/hub/checkpoints/resnet50.pth", None),
    ("root/nltk_data/corpora/x.zip", None),
    ("usr/share/nltk_data/corpora/x.zip", None),
    ("root/.keras/models/x.h5", None),
    ("root/.cache/whisper/large-v3.pt", None),
    ("root/.EasyOCR/model/craft.pth", None),
    ("root/.insightface/models/x.onnx", None),
    ("root/.u2net/u2net.onnx", None),
    ("root/.paddleocr/whl/x.pdmodel", None),
    ("root/.ollama/models/blobs/sha256-00", None),
]
IGNORES = [
    ("app/model/weights.pt", None),
    ("root/.cache/torch/kernels/x", None),
    ("usr/lib/python3/site-packages/huggingface_hub/x.py", None),
    ("root/.cache/huggingface/datasets/squad/x.arrow", None),
    ("app/nltk_data.py", None),
    ("app/models--old.py", None),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "model-cache"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "model-cache"
