"""What `tensorflow` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("usr/local/lib/python3.11/site-packages/tensorflow/libtensorflow_cc.so.2", "python:tensorflow"),
    ("usr/local/lib/python3.11/site-packages/tensorflow/libtensorflow_framework.so.2", None),
    ("usr/local/lib/python3.11/site-packages/x", "python:tensorflow-cpu"),
    ("usr/local/lib/python3.11/site-packages/x", "python:keras"),
    ("opt/conda/x", "conda:tensorflow-base"),
]
IGNORES = [
    ("usr/local/lib/python3.11/site-packages/tensorboard/x.py", "python:tensorboard"),
    ("app/tensorflow/x.py", None),
    ("usr/local/lib/python3.11/site-packages/x", "python:keras-tuner"),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "tensorflow"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "tensorflow"
