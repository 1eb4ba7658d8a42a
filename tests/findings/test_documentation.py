"""What the rule `documentation` finds and what it leaves alone."""

from tests.findings.cases import findings_of, only
from tests.images import file

MANUAL = "usr/share/doc/git/RelNotes.txt"


def test_finds_documentation_and_keeps_licences():
    items = [file(MANUAL, b"d" * 2_000_000), file("usr/share/doc/git/copyright", b"c" * 500_000)]
    [finding] = only(findings_of([items], owned={MANUAL: "dpkg:less"}), "documentation")
    assert (finding.claimed_bytes, finding.evidence) == (2_000_000, ("dpkg:less (2.0 MB)",))


def test_tells_the_bases_documentation_from_the_images():
    own = "usr/share/doc/gdb/manual.html"
    layers = [[file(MANUAL, b"d" * 2_000_000)], [file(own, b"o" * 1_500_000)]]
    findings = only(findings_of(layers, owned={MANUAL: "dpkg:less", own: "dpkg:curl"}, base_count=1), "documentation")
    found = {finding.who_can_fix: (finding.claimed_bytes, finding.evidence) for finding in findings}
    assert found == {
        "base": (2_000_000, ("dpkg:less (2.0 MB)",)),
        "image": (1_500_000, ("dpkg:curl (1.5 MB)",)),
    }


def test_leaves_licences_manual_pages_and_little_alone():
    items = [
        file("usr/share/doc/git/copyright", b"c" * 2_000_000),
        file("usr/share/man/man1/git.1.gz", b"m" * 2_000_000),
        file("usr/share/doc/git/README", b"r" * 2_000),
        file("app/doc/index.html", b"a" * 2_000_000),
    ]
    assert not only(findings_of([items]), "documentation")
