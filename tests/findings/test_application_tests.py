"""What the rule `application-tests` finds and what it leaves alone."""

from layerscope.findings.purpose import Purpose
from tests.findings.cases import findings_of, only
from tests.images import file

TEST, NOTEBOOK = "app/tests/fixtures/large.bin", "app/notebooks/explore.ipynb"


def test_finds_tests_and_notebooks():
    [finding] = only(findings_of([[file(TEST, b"t" * 200_000), file(NOTEBOOK, b"n" * 100_000)]]), "application-tests")
    assert finding.reclaimable_bytes == 300_000


def test_leaves_packages_little_and_images_for_development_alone():
    packaged = "usr/local/lib/python3.12/site-packages/pkg/tests/x.py"
    items = [file(packaged, b"p" * 200_000), file(TEST, b"t" * 2_000), file("app/contest/x.py", b"c" * 200_000)]
    assert not only(findings_of([items], owned={packaged: "python:pkg"}), "application-tests")
    assert not only(findings_of([[file(TEST, b"t" * 200_000)]], purpose=Purpose.DEV), "application-tests")
