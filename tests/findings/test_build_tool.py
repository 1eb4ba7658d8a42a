"""What the rule `build-tool` finds and what it leaves alone."""

from layerscope.findings.purpose import Purpose
from tests.findings.cases import findings_of, only
from tests.images import file

OWNED = {"usr/bin/git": "dpkg:git", "usr/share/doc/git/README": "dpkg:git", "usr/bin/gdb": "dpkg:gdb"}


def test_finds_the_packages_of_tools_with_their_documentation():
    items = [
        file("usr/bin/gdb", b"d" * 400_000),
        file("usr/bin/git", b"g" * 300_000),
        file("usr/share/doc/git/README", b"r" * 100_000),
    ]
    [finding] = only(findings_of([items], owned=OWNED), "build-tool")
    assert finding.reclaimable_bytes == 800_000
    assert set(finding.evidence) == {"dpkg:git (400.0 kB)", "dpkg:gdb (400.0 kB)"}


def test_leaves_what_an_application_uses_and_images_for_development_alone():
    items = [file("usr/bin/curl", b"c" * 300_000), file("app/bin/git", b"g" * 300_000)]
    assert not only(findings_of([items], owned={"usr/bin/curl": "dpkg:curl"}), "build-tool")
    items = [file("usr/bin/git", b"g" * 300_000)]
    assert not only(findings_of([items], owned={"usr/bin/git": "dpkg:git"}, purpose=Purpose.DEV), "build-tool")
