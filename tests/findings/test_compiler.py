"""What the rule `compiler` finds and what it leaves alone."""

from layerscope.findings.rule import Confidence
from tests.findings.cases import findings_of, only
from tests.images import file

GCC, HEADER = "usr/lib/gcc/x86_64-linux-gnu/12/cc1", "usr/include/openssl/ssl.h"
OWNED = {GCC: "dpkg:gcc-12", HEADER: "dpkg:libssl-dev"}
ITEMS = [file(GCC, b"g" * 1_500_000), file(HEADER, b"h" * 500_000)]


def test_finds_compilers_and_headers():
    [finding] = only(findings_of([ITEMS], owned=OWNED), "compiler")
    assert (finding.reclaimable_bytes, finding.confidence) == (2_000_000, Confidence.MEDIUM)
    assert finding.evidence == ("dpkg:gcc-12 (1.5 MB)", "dpkg:libssl-dev (500.0 kB)")


def test_says_that_triton_needs_a_compiler():
    triton = "usr/local/lib/python3.12/site-packages/triton/__init__.py"
    [finding] = only(findings_of([[*ITEMS, file(triton, b"")]], owned=OWNED | {triton: "python:triton"}), "compiler")
    assert finding.confidence is Confidence.LOW
    assert finding.evidence[0].startswith("triton: needs a C compiler")


def test_leaves_what_every_program_needs_alone():
    base, own = "usr/share/doc/gcc-14-base/README.Debian.gz", "usr/local/include/python3.12/Python.h"
    torch = "usr/local/lib/python3.12/site-packages/torch/include/ATen/ATen.h"
    items = [file(base, b"b" * 1_500_000), file(own, b"o" * 1_500_000), file(torch, b"t" * 1_500_000)]
    assert not only(findings_of([items], owned={base: "dpkg:gcc-14-base", torch: "python:torch"}), "compiler")
