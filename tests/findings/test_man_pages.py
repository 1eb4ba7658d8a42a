"""What the rule `man-pages` finds and what it leaves alone."""

from tests.findings.cases import findings_of, only
from tests.images import file


def test_finds_manual_pages():
    items = [file("usr/share/man/man1/git.1.gz", b"m" * 2_000_000), file("usr/share/doc/git/x", b"d" * 2_000_000)]
    [finding] = only(findings_of([items]), "man-pages")
    assert finding.claimed_bytes == 2_000_000


def test_leaves_little_and_others_alone():
    items = [file("usr/share/man/man1/ls.1.gz", b"m" * 2_000), file("app/man/page.1", b"a" * 2_000_000)]
    assert not only(findings_of([items]), "man-pages")
