"""What the rule `poetry-cache` finds and what it leaves alone."""

from tests.findings.cases import findings_of, only
from tests.images import file, whiteout

HIT = "root/.cache/pypoetry/artifacts/ab/torch.whl"
MISS = "app/pypoetry.py"


def test_finds_what_was_left():
    [finding] = only(findings_of([[file("base", b"b")], [file(HIT, b"x" * 5_000)]]), "poetry-cache")
    assert (finding.reclaimable_bytes, finding.layers, finding.who_can_fix) == (5_000, (1,), "image")


def test_deleting_it_later_spares_nothing():
    findings = findings_of([[file(HIT, b"x" * 5_000)], [whiteout(HIT)]])
    assert [finding.reclaimable_bytes for finding in only(findings, "poetry-cache")] == [5_000]
    assert sum(finding.reclaimable_bytes for finding in findings) == 5_000


def test_leaves_others_alone():
    assert not only(findings_of([[file(MISS, b"x" * 5_000)]]), "poetry-cache")
