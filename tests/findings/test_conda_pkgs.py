"""What the rule `conda-pkgs` finds and what it leaves alone."""

from tests.findings.cases import findings_of, only
from tests.images import file, hardlink

PACKED = "opt/conda/pkgs/numpy-2.0-py312_0.conda"
UNPACKED = "opt/conda/pkgs/numpy-2.0-py312_0/lib/libx.so"


def test_finds_packed_and_unpacked_packages_but_promises_only_what_no_environment_links_to():
    items = [file(PACKED, b"p" * 3_000), file(UNPACKED, b"u" * 5_000), hardlink("opt/conda/lib/libx.so", UNPACKED)]
    [finding] = only(findings_of([items]), "conda-pkgs")
    assert (finding.claimed_bytes, finding.reclaimable_bytes) == (8_000, 3_000)


def test_leaves_a_package_of_that_name_alone():
    assert not only(findings_of([[file("app/pkgs/module.py", b"x" * 5_000)]]), "conda-pkgs")
