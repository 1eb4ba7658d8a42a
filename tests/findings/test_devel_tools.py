"""What the rule `devel-tools` finds and what it leaves alone."""

from layerscope.findings.purpose import Purpose
from layerscope.findings.rule import Confidence
from tests.findings.cases import findings_of, only
from tests.images import file

COMPILER = "usr/local/cuda-12.4/bin/nvcc"
HEADER = "usr/local/cuda-12.4/targets/x86_64-linux/include/cublas.h"
USER = "usr/local/lib/python3.12/site-packages/flashinfer/__init__.py"


def test_finds_compiler_and_headers():
    [finding] = only(findings_of([[file(COMPILER, b"n" * 5_000), file(HEADER, b"h" * 3_000)]]), "devel-tools")
    assert (finding.reclaimable_bytes, finding.confidence) == (8_000, Confidence.MEDIUM)


def test_names_what_compiles_at_run_time():
    items = [file(COMPILER, b"n" * 5_000), file(USER, b"")]
    [finding] = only(findings_of([items], owned={USER: "python:flashinfer_python"}), "devel-tools")
    assert finding.confidence is Confidence.LOW
    assert finding.evidence[0].startswith("flashinfer-python may compile CUDA code")
    assert any("cuda-minimal-build-X-Y" in line for line in finding.dockerfile)


def test_leaves_the_runtime_and_images_for_development_alone():
    runtime = file("usr/local/cuda-12.4/targets/x86_64-linux/lib/libcudart.so.12", b"r" * 5_000)
    header_of_wheel = file("usr/local/lib/python3.12/site-packages/torch/include/cublas.h", b"h" * 5_000)
    assert not only(findings_of([[runtime, header_of_wheel]]), "devel-tools")
    assert not only(findings_of([[file(COMPILER, b"n" * 5_000)]], purpose=Purpose.DEV), "devel-tools")


def test_finds_nothing_where_only_the_user_of_a_compiler_is():
    findings = findings_of([[file(USER, b"u" * 5_000)]], owned={USER: "python:flashinfer_python"})
    assert not [finding for rule in ("devel-tools", "cuda-static", "compiler") for finding in only(findings, rule)]
