"""Lines of evidence: the largest first, cut where there are many, and harmless whatever the image says."""

from tests.findings.cases import findings_of, only
from tests.images import file


def test_the_largest_files_come_first_and_the_rest_is_counted():
    items = [file(f"wheels/p{number}-1-py3-none-any.whl", b"w" * (1_000 + number)) for number in range(10)]
    [finding] = only(findings_of([items]), "wheelhouse")
    assert finding.evidence[1] == "wheels/p9-1-py3-none-any.whl (1.0 kB)"
    assert finding.evidence[-1] == "and 2 more"


def test_one_path_in_two_layers_is_told_apart():
    layers = [[file("wheels/p-1-py3-none-any.whl", b"v" * 2_000)], [file("wheels/p-1-py3-none-any.whl", b"w" * 1_000)]]
    [finding] = only(findings_of(layers), "wheelhouse")
    assert finding.evidence[2:] == (
        "wheels/p-1-py3-none-any.whl in layer 0 (2.0 kB)",
        "wheels/p-1-py3-none-any.whl in layer 1 (1.0 kB)",
    )


def test_names_and_instructions_are_made_safe_and_cut():
    step = "COPY /wheels\u202e " + "x" * 1_000 + " /wheels # buildkit"
    findings = findings_of([[file("wheels/\x1b[31m-1-py3-none-any.whl", b"w" * 5_000)]], history=[step])
    [finding] = only(findings, "wheelhouse")
    assert finding.evidence[1] == "wheels/\\x1b[31m-1-py3-none-any.whl (5.0 kB)"
    assert finding.evidence[0].startswith("Layer 0 brings them: COPY /wheels\\u202e xxx")
    assert finding.evidence[0].endswith("…")
    assert len(finding.evidence[0]) < 350
