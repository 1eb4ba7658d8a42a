"""What the rule `logs-temp` finds and what it leaves alone."""

from tests.findings.cases import findings_of, only
from tests.images import file


def test_finds_logs_and_temporary_files():
    items = [file("var/log/dpkg.log", b"l" * 600_000), file("tmp/build/object.o", b"o" * 500_000)]
    [finding] = only(findings_of([items]), "logs-temp")
    assert finding.reclaimable_bytes == 1_100_000


def test_leaves_the_traces_of_every_installation_and_other_files_alone():
    items = [file("var/log/dpkg.log", b"l" * 200_000), file("app/tmp/cache.bin", b"a" * 2_000_000)]
    assert not only(findings_of([items]), "logs-temp")
