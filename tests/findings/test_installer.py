"""What the rule `installer` finds and what it leaves alone."""

from tests.findings.cases import findings_of, only
from tests.images import file

INSTALLER = "tmp/Miniforge3-Linux-x86_64.sh"


def test_finds_an_installer():
    [finding] = only(findings_of([[file(INSTALLER, b"i" * 200_000)]]), "installer")
    assert (finding.reclaimable_bytes, finding.evidence) == (200_000, (f"{INSTALLER} (200.0 kB)",))


def test_leaves_small_ones_and_the_files_of_packages_alone():
    owned = "usr/lib/python3/dist-packages/fixture.deb"
    items = [file("tmp/tiny.deb", b"d" * 5_000), file(owned, b"p" * 200_000), file("app/run.sh", b"r" * 200_000)]
    assert not only(findings_of([items], owned={owned: "dpkg:python3-debian"}), "installer")
