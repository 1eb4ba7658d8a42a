"""What the rule `python-bytecode` finds and what it leaves alone."""

from layerscope.findings.rule import Confidence
from tests.findings.cases import findings_of, only
from tests.images import file, whiteout

COMPILED = "usr/local/lib/python3.12/site-packages/torch/__pycache__/x.cpython-312.pyc"


def test_finds_compiled_packages():
    [finding] = only(findings_of([[file(COMPILED, b"c" * 2_000_000)]]), "python-bytecode")
    assert (finding.reclaimable_bytes, finding.confidence) == (2_000_000, Confidence.LOW)


def test_is_surer_about_what_a_later_layer_hides():
    layers = [[file(COMPILED, b"c" * 2_000_000)], [whiteout(COMPILED)]]
    [finding] = only(findings_of(layers), "python-bytecode")
    assert (finding.reclaimable_bytes, finding.confidence) == (2_000_000, Confidence.MEDIUM)


def test_leaves_what_a_new_environment_is_made_with_alone():
    path = COMPILED.replace("torch", "pip")
    assert not only(findings_of([[file(path, b"c" * 2_000_000)]], owned={path: "python:pip"}), "python-bytecode")


def test_leaves_little_the_standard_library_and_debians_packages_alone():
    items = [
        file(COMPILED, b"c" * 2_000),
        file("usr/lib/python3.12/__pycache__/x.pyc", b"s" * 2_000_000),
        file("usr/lib/python3/dist-packages/pip/__pycache__/x.cpython-312.pyc", b"d" * 2_000_000),
        file(COMPILED.replace(".pyc", ".py"), b"p" * 2_000_000),
    ]
    assert not only(findings_of([items]), "python-bytecode")
