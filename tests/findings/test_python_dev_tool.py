"""What the rule `python-dev-tool` finds and what it leaves alone."""

from layerscope.findings.purpose import Purpose
from tests.findings.cases import findings_of, only
from tests.images import file

SITE = "usr/local/lib/python3.12/site-packages"
MODULE, COMPILED = f"{SITE}/_pytest/main.py", f"{SITE}/_pytest/__pycache__/main.cpython-312.pyc"
OWNED = {MODULE: "python:pytest", COMPILED: "python:pytest"}


def test_finds_a_test_runner_with_all_that_it_brought():
    items = [file(MODULE, b"m" * 20_000), file(COMPILED, b"c" * 10_000), file(f"{SITE}/app.py", b"a" * 9_000)]
    [finding] = only(findings_of([items], owned=OWNED), "python-dev-tool")
    assert (finding.reclaimable_bytes, finding.evidence) == (30_000, ("python:pytest (30.0 kB)",))


def test_leaves_others_and_images_for_development_alone():
    items = [file(MODULE, b"m" * 20_000)]
    assert not only(findings_of([items], owned={MODULE: "python:torch"}), "python-dev-tool")
    assert not only(findings_of([items], owned={MODULE: "python:pytest"}, purpose=Purpose.DEV), "python-dev-tool")
