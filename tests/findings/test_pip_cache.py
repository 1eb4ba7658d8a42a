"""What the rule `pip-cache` finds and what it leaves alone."""

from tests.findings.cases import findings_of, only
from tests.images import file, whiteout

CACHE = "root/.cache/pip/http-v2/a/b/c/d/e/abc.body"


def test_finds_a_cache():
    [finding] = only(findings_of([[file(CACHE, b"x" * 5_000)]]), "pip-cache")
    assert (finding.reclaimable_bytes, finding.layers, finding.who_can_fix) == (5_000, (0,), "image")


def test_a_cache_that_is_deleted_later_is_promised_once():
    findings = findings_of([[file(CACHE, b"x" * 5_000)], [whiteout("root/.cache/pip")]])
    assert [finding.reclaimable_bytes for finding in only(findings, "pip-cache")] == [5_000]
    assert [finding.reclaimable_bytes for finding in only(findings, "deleted-later")] == [0]


def test_a_cache_of_the_base_is_the_bases():
    [finding] = only(findings_of([[file(CACHE, b"x" * 5_000)], [file("app", b"y")]], base_count=1), "pip-cache")
    assert finding.who_can_fix == "base"


def test_leaves_others_alone():
    assert not only(findings_of([[file("srv/pip/http-v2/x", b"x")]]), "pip-cache")


def test_a_trace_is_not_worth_a_finding():
    assert not only(findings_of([[file("root/.cache/pip/selfcheck/abc", b"{}")]]), "pip-cache")
