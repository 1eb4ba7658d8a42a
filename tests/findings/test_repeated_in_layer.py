"""What the rule `repeated-in-layer` finds and what it leaves alone."""

from tests.findings.cases import findings_of, only
from tests.images import file, hardlink


def test_finds_a_path_that_one_archive_names_twice():
    [finding] = only(findings_of([[file("a", b"a" * 5_000), file("a", b"b" * 3_000)]]), "repeated-in-layer")
    assert (finding.reclaimable_bytes, finding.layers) == (5_000, (0,))


def test_leaves_links_and_other_layers_alone():
    assert not only(findings_of([[file("a", b"a" * 5_000), hardlink("b", "a")]]), "repeated-in-layer")
    assert not only(findings_of([[file("a", b"a" * 5_000)], [file("a", b"b" * 3_000)]]), "repeated-in-layer")
