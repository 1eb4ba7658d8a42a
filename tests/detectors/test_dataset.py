"""What `dataset` claims and what it ignores."""

import pytest

from tests.detectors.claims import category_of

CLAIMS = [
    ("data/train.parquet", None),
    ("app/data/reviews.csv.gz", None),
    ("srv/datasets/coco/images/0001.jpg", None),
    ("workspace/dataset/train.jsonl", None),
    ("root/.cache/huggingface/datasets/squad/x.arrow", None),
    ("models/datasets--org--name/blobs/0011", None),
    ("app/shards/0.tfrecord", None),
]
IGNORES = [
    ("app/data/loader.py", None),
    ("app/config.csv", None),
    ("usr/lib/python3/site-packages/sklearn/datasets/data/iris.csv.gz", "python:scikit-learn"),
    ("usr/lib/python3/site-packages/x/t.parquet", "python:x"),
    ("app/static/logo.png", None),
    ("app/lib/data/icon.png", None),
    ("usr/share/databases/x.csv", None),
]


@pytest.mark.parametrize(("path", "package"), CLAIMS)
def test_claims(path, package):
    assert category_of(path, package) == "dataset"


@pytest.mark.parametrize(("path", "package"), IGNORES)
def test_ignores(path, package):
    assert category_of(path, package) != "dataset"
