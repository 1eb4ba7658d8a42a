"""What the rule `deleted-later` finds and what it leaves alone."""

from tests.findings.cases import findings_of, only
from tests.images import file, whiteout

OLD = file("tmp/a.tar", b"a" * 1_000)


def test_finds_what_a_later_layer_deletes():
    findings = findings_of([[OLD], [whiteout("tmp/a.tar")]], history=["RUN fetch", "RUN rm /tmp/a.tar"])
    [finding] = only(findings, "deleted-later")
    assert (finding.subject, finding.claimed_bytes) == ("layer 0 by 1, deleted", 1_000)
    assert (finding.layers, finding.who_can_fix) == ((0,), "image")
    assert finding.evidence == ("Layer 0 writes them: RUN fetch", "Layer 1 deletes them: RUN rm /tmp/a.tar")


def test_a_long_instruction_is_cut():
    history = ["RUN " + "x" * 100_000, "RUN rm /tmp/a.tar"]
    [finding] = only(findings_of([[OLD], [whiteout("tmp/a.tar")]], history=history), "deleted-later")
    assert all(len(text) < 400 for text in finding.evidence)


def test_leaves_what_stays_alone():
    assert not only(findings_of([[OLD], [whiteout("tmp/b.tar")]]), "deleted-later")
