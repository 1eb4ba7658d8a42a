"""What the rule `static-library` finds and what it leaves alone."""

from layerscope.findings.purpose import Purpose
from tests.findings.cases import findings_of, only
from tests.images import file

LIBRARY = "usr/local/lib/libfaiss.a"


def test_finds_a_library_that_was_built_here():
    [finding] = only(findings_of([[file(LIBRARY, b"a" * 2_000_000)]]), "static-library")
    assert (finding.reclaimable_bytes, finding.evidence) == (2_000_000, (f"{LIBRARY} (2.0 MB)",))


def test_leaves_those_of_wheels_shared_ones_and_images_for_development_alone():
    wheel = "usr/local/lib/python3.12/site-packages/pkg/libx.a"
    items = [file(wheel, b"w" * 2_000_000), file("usr/local/lib/libfaiss.so", b"s" * 2_000_000)]
    assert not only(findings_of([items], owned={wheel: "python:pkg"}), "static-library")
    assert not only(findings_of([[file(LIBRARY, b"a" * 2_000_000)]], purpose=Purpose.DEV), "static-library")
