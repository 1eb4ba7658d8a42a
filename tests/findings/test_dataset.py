"""What the rule `dataset` finds and what it leaves alone."""

from layerscope.findings.rule import Confidence
from tests.findings.cases import findings_of, only
from tests.images import file

DATA = "app/data/train.parquet"


def test_finds_data():
    [finding] = only(findings_of([[file(DATA, b"d" * 2_000_000)]]), "dataset")
    assert (finding.reclaimable_bytes, finding.confidence) == (2_000_000, Confidence.MEDIUM)


def test_leaves_small_and_packaged_data_alone():
    packaged = "usr/lib/python3/dist-packages/sklearn/datasets/data/digits.csv.gz"
    items = [file(DATA, b"d" * 1_000), file(packaged, b"p" * 2_000_000)]
    assert not only(findings_of([items], owned={packaged: "python:scikit-learn"}), "dataset")
