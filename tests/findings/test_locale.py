"""What the rule `locale` finds and what it leaves alone."""

from tests.findings.cases import findings_of, only
from tests.images import file

GERMAN, FRENCH = "usr/share/locale/de/LC_MESSAGES/coreutils.mo", "usr/share/locale/fr_CA/LC_MESSAGES/coreutils.mo"
ARCHIVE = "usr/lib/locale/locale-archive"


def test_finds_translations_into_languages_that_nobody_asked_for():
    items = [file(GERMAN, b"d" * 2_000_000), file(FRENCH, b"f" * 1_500_000)]
    [everything] = only(findings_of([items]), "locale")
    [but_german] = only(findings_of([items], config={"Env": ["LANG=de_DE.UTF-8"]}), "locale")
    assert (everything.claimed_bytes, but_german.claimed_bytes) == (3_500_000, 1_500_000)


def test_keeps_an_archive_of_locales_where_one_is_in_use():
    items = [file(ARCHIVE, b"a" * 2_000_000)]
    assert [finding.claimed_bytes for finding in only(findings_of([items]), "locale")] == [2_000_000]
    assert not only(findings_of([items], config={"Env": ["LC_ALL=de_DE.UTF-8"]}), "locale")


def test_leaves_what_the_c_library_needs_and_little_alone():
    items = [
        file("usr/lib/locale/C.utf8/LC_CTYPE", b"c" * 2_000_000),
        file("usr/share/locale/en_GB/LC_MESSAGES/x.mo", b"e" * 2_000_000),
        file("usr/share/locale/locale.alias", b"l" * 3_000),
        file(GERMAN, b"d" * 2_000),
    ]
    assert not only(findings_of([items]), "locale")
