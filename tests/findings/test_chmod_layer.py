"""What the rule `chmod-layer` finds and what it leaves alone."""

from layerscope.findings.rule import Confidence
from tests.findings.cases import findings_of, only
from tests.images import file, hardlink

HISTORY = ["COPY . /app # buildkit", "RUN /bin/sh -c chown -R 1000:1000 /app # buildkit"]


def test_finds_a_tree_that_changed_hands_and_mends_it_where_it_changed():
    below = [file("app/a", b"a" * 30_000), file("app/b", b"b" * 20_000), file("app/c", b"c" * 10_000)]
    above = [file("app/a", b"a" * 30_000, uid=1000), file("app/b", b"b" * 20_000, mode=0o600)]
    [finding] = only(findings_of([below, above], history=HISTORY, base_count=1), "chmod-layer")
    assert (finding.subject, finding.reclaimable_bytes, finding.layers) == ("layer 1", 50_000, (1,))
    assert (finding.who_can_fix, finding.confidence) == ("image", Confidence.HIGH)
    assert finding.evidence[:3] == (
        "Layer 1 ships them again: RUN chown -R 1000:1000 /app",
        "It changes the mode of 1 files and the owner of 1, and no content.",
        "Layer 0 wrote them: COPY . /app",
    )


def test_a_change_of_extended_attributes_is_one():
    below, above = file("app/a", b"a" * 30_000), file("app/a", b"a" * 30_000, xattrs=(("user.note", "x"),))
    assert [finding.claimed_bytes for finding in only(findings_of([[below], [above]]), "chmod-layer")] == [30_000]


def test_hard_links_are_promised_as_well():
    below = [file("app/a", b"a" * 30_000), hardlink("app/b", "app/a")]
    above = [file("app/a", b"a" * 30_000, uid=1000), file("app/b", b"a" * 30_000, uid=1000)]
    [finding] = only(findings_of([below, above]), "chmod-layer")
    assert finding.reclaimable_bytes == 30_000


def test_leaves_new_contents_new_times_and_little_alone():
    below = [file("app/a", b"a" * 30_000), file("app/b", b"b" * 30_000), file("app/c", b"c")]
    above = [file("app/a", b"x" * 30_000, uid=1000), file("app/b", b"b" * 30_000, mtime=9), file("app/c", b"c", uid=1)]
    assert not only(findings_of([below, above]), "chmod-layer")


def test_a_second_copy_of_a_model_is_the_changes_and_the_first_one_the_models():
    below, above = file("models/net.onnx", b"n" * 2_000_000), file("models/net.onnx", b"n" * 2_000_000, mode=0o600)
    findings = findings_of([[below], [above]])
    promised = {finding.rule.id: finding.reclaimable_bytes for finding in findings if finding.reclaimable_bytes}
    assert promised == {"chmod-layer": 2_000_000, "baked-in-model": 2_000_000}
