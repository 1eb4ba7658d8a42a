"""What the rule `overwritten` finds and what it leaves alone."""

from tests.findings.cases import findings_of, only
from tests.images import file, symlink

OLD, NEW = file("lib/x.so", b"o" * 2_000_000), file("lib/x.so", b"n" * 3_000_000)


def test_finds_what_another_version_replaced():
    [finding] = only(findings_of([[OLD], [NEW]]), "overwritten")
    assert (finding.subject, finding.reclaimable_bytes) == ("0-1-overwritten", 2_000_000)
    assert (finding.layers, finding.who_can_fix) == ((0,), "image")


def test_finds_what_another_kind_of_file_replaced():
    [finding] = only(findings_of([[OLD], [symlink("lib/x.so", "y.so")]]), "overwritten")
    assert finding.reclaimable_bytes == 2_000_000


def test_what_the_base_ships_only_another_base_spares():
    [finding] = only(findings_of([[OLD], [NEW]], base_count=1), "overwritten")
    assert finding.who_can_fix == "base"


def test_leaves_the_state_of_a_package_manager_alone():
    path = "var/cache/debconf/templates.dat"
    assert not only(findings_of([[file(path, b"a" * 2_000_000)], [file(path, b"b" * 2_000_000)]]), "overwritten")


def test_leaves_the_same_content_and_little_alone():
    assert not only(findings_of([[OLD], [file("lib/x.so", b"o" * 2_000_000, mode=0o600)]]), "overwritten")
    assert not only(findings_of([[file("a", b"a" * 1_000)], [file("a", b"b" * 1_000)]]), "overwritten")
