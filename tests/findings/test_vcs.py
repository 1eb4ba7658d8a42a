"""What the rule `vcs` finds and what it leaves alone."""

from tests.findings.cases import findings_of, only
from tests.images import file


def test_finds_a_history():
    [finding] = only(findings_of([[file("app/.git/objects/pack/pack-1.pack", b"g" * 5_000)]]), "vcs")
    assert (finding.reclaimable_bytes, finding.layers) == (5_000, (0,))


def test_leaves_what_only_belongs_to_a_repository_alone():
    items = [file("app/.gitignore", b"i" * 5_000), file("app/.github/workflows/x.yml", b"w" * 5_000)]
    assert not only(findings_of([items]), "vcs")
