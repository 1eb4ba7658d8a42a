"""What the rule `rewritten-identical` finds and what it leaves alone."""

from tests.findings.cases import findings_of, only
from tests.images import file

BELOW = [file("app/a", b"a" * 300_000), file("app/b", b"b" * 200_000)]


def test_finds_what_came_back_the_same_or_with_another_time():
    above = [file("app/a", b"a" * 300_000), file("app/b", b"b" * 200_000, mtime=9)]
    history = ["COPY . /app # buildkit", "COPY . /app # buildkit"]
    [finding] = only(findings_of([BELOW, above], history=history, base_count=1), "rewritten-identical")
    assert (finding.reclaimable_bytes, finding.layers, finding.who_can_fix) == (500_000, (1,), "image")
    assert finding.evidence[0] == "Layer 1 writes them again: COPY . /app"


def test_leaves_changed_files_and_little_alone():
    above = [file("app/a", b"x" * 300_000), file("app/b", b"b" * 200_000, mode=0o600)]
    assert not only(findings_of([BELOW, above]), "rewritten-identical")
    assert not only(findings_of([[file("app/a", b"a")], [file("app/a", b"a")]]), "rewritten-identical")


def test_leaves_apts_lists_to_their_rule():
    lists = [file("var/lib/apt/lists/deb.example_InRelease", b"r" * 300_000)]
    findings = findings_of([lists, lists])
    assert not only(findings, "rewritten-identical")
    assert [finding.reclaimable_bytes for finding in only(findings, "apt-lists")] == [600_000]
