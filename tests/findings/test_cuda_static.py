"""What the rule `cuda-static` finds and what it leaves alone."""

from layerscope.findings.purpose import Purpose
from layerscope.findings.rule import Confidence
from tests.findings.cases import findings_of, only
from tests.images import file

LIBRARY = "usr/local/cuda-12.4/targets/x86_64-linux/lib/libcublas_static.a"
USER = "usr/local/lib/python3.12/site-packages/deepspeed/__init__.py"


def test_finds_static_libraries():
    [finding] = only(findings_of([[file(LIBRARY, b"a" * 5_000)]]), "cuda-static")
    assert (finding.reclaimable_bytes, finding.confidence) == (5_000, Confidence.HIGH)


def test_is_less_sure_where_something_may_link_at_run_time():
    items = [file(LIBRARY, b"a" * 5_000), file(USER, b"")]
    [finding] = only(findings_of([items], owned={USER: "python:DeepSpeed"}), "cuda-static")
    assert (finding.confidence, finding.evidence) == (Confidence.LOW, ("deepspeed may link CUDA code while it runs.",))


def test_leaves_shared_libraries_wheels_and_images_for_development_alone():
    shared = file("usr/local/cuda-12.4/targets/x86_64-linux/lib/libcublas.so.12", b"s" * 5_000)
    wheel = file("usr/local/lib/python3.12/site-packages/nvidia/cu13/lib/libcudart_static.a", b"w" * 5_000)
    assert not only(findings_of([[shared, wheel]]), "cuda-static")
    assert not only(findings_of([[file(LIBRARY, b"a" * 5_000)]], purpose=Purpose.DEV), "cuda-static")
