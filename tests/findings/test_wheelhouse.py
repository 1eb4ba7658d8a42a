"""What the rule `wheelhouse` finds and what it leaves alone."""

from tests.findings.cases import findings_of, only
from tests.images import file, whiteout

WHEEL = "wheels/torch-2.5.1-cp312-cp312-linux_x86_64.whl"


def test_finds_wheels_that_were_copied_in_and_deleted_later():
    layers = [[file(WHEEL, b"w" * 5_000)], [whiteout("wheels")]]
    history = ["COPY /wheels /wheels # buildkit", "RUN /bin/sh -c pip install /wheels/* && rm -rf /wheels # buildkit"]
    findings = findings_of(layers, history=history)
    [finding] = only(findings, "wheelhouse")
    assert (finding.reclaimable_bytes, finding.layers) == (5_000, (0,))
    assert finding.evidence[0] == "Layer 0 brings them: COPY /wheels /wheels"
    assert any("--mount=type=bind" in line for line in finding.dockerfile)
    assert [finding.reclaimable_bytes for finding in only(findings, "deleted-later")] == [0]


def test_leaves_the_wheels_that_python_and_packages_bring_alone():
    bundled = file("usr/local/lib/python3.12/ensurepip/_bundled/pip-24.0-py3-none-any.whl", b"w" * 5_000)
    embedded = file("usr/share/python-wheels/pip-24.0-py3-none-any.whl", b"v" * 5_000)
    findings = findings_of([[bundled, embedded]], owned={embedded.path: "dpkg:python3-pip-whl"})
    assert not only(findings, "wheelhouse")
