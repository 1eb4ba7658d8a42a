"""What the rule `uv-cache` finds and what it leaves alone."""

from tests.findings.cases import findings_of, only
from tests.images import file, hardlink, whiteout

HIT = "root/.cache/uv/archive-v0/ab/torch/lib.so"
MISS = "root/.local/share/uv/tools/ruff/bin/ruff"


def test_finds_what_was_left():
    [finding] = only(findings_of([[file("base", b"b")], [file(HIT, b"x" * 5_000)]]), "uv-cache")
    assert (finding.reclaimable_bytes, finding.layers, finding.who_can_fix) == (5_000, (1,), "image")


def test_deleting_it_later_spares_nothing():
    findings = findings_of([[file(HIT, b"x" * 5_000)], [whiteout(HIT)]])
    assert [finding.reclaimable_bytes for finding in only(findings, "uv-cache")] == [5_000]
    assert sum(finding.reclaimable_bytes for finding in findings) == 5_000


def test_leaves_others_alone():
    assert not only(findings_of([[file(MISS, b"x" * 5_000)]]), "uv-cache")


def test_what_an_environment_links_to_is_not_promised():
    venv = "app/.venv/lib/python3.12/site-packages/torch/lib.so"
    [finding] = only(findings_of([[file(HIT, b"x" * 5_000), hardlink(venv, HIT)]]), "uv-cache")
    assert (finding.claimed_bytes, finding.reclaimable_bytes) == (5_000, 0)
