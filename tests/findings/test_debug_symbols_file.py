"""What the rule `debug-symbols-file` finds and what it leaves alone."""

from tests.findings.cases import findings_of, only
from tests.images import file

SYMBOLS = "usr/lib/debug/.build-id/ab/cdef.debug"


def test_finds_separate_symbols():
    [finding] = only(findings_of([[file(SYMBOLS, b"d" * 500_000)]]), "debug-symbols-file")
    assert finding.reclaimable_bytes == 500_000


def test_leaves_few_and_other_files_alone():
    items = [file(SYMBOLS, b"d" * 5_000), file("app/debug/trace.bin", b"t" * 500_000)]
    assert not only(findings_of([items]), "debug-symbols-file")
