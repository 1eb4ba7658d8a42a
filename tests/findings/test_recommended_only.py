"""What the rule `recommended-only` finds and what it leaves alone."""

import pytest

from layerscope.findings.rule import Confidence
from tests.findings.cases import findings_of, only
from tests.images import file


def package(name: str, **fields: str) -> str:
    lines = [f"Package: {name}", "Status: install ok installed", "Architecture: amd64", "Version: 1"]
    lines += [f"{key}: {value}" for key, value in fields.items()]
    return "\n".join(lines) + "\n"


STATUS = "\n".join(
    [
        package("pip", Depends="wheels", Recommends="compiler"),
        package("wheels"),
        package("compiler", Depends="headers"),
        package("headers"),
        package("gcc-12"),
    ]
)
NAMES = ("pip", "wheels", "compiler", "headers")


def database(*automatic: str):
    states = "\n".join(f"Package: {name}\nArchitecture: amd64\nAuto-Installed: 1\n" for name in automatic)
    return [
        file("var/lib/dpkg/status", STATUS.encode()),
        file("var/lib/apt/extended_states", states.encode()),
        *(file(f"var/lib/dpkg/info/{name}.list", f"/usr/lib/{name}\n".encode()) for name in NAMES),
    ]


FILES = [file(f"usr/lib/{name}", name[:1].encode() * 50_000) for name in NAMES]


def test_finds_the_closure_of_what_is_recommended():
    [finding] = only(findings_of([[*database("wheels", "compiler", "headers"), *FILES]]), "recommended-only")
    assert finding.reclaimable_bytes == 100_000
    assert finding.evidence == ("dpkg:compiler (50.0 kB)", "dpkg:headers (50.0 kB)")


@pytest.mark.parametrize(("installed", "is_warned"), [("triton", True), ("numpy", False)])
def test_says_who_may_call_a_recommended_compiler(installed, is_warned):
    compiler = [file("usr/bin/cc", b"c" * 50_000), file("usr/lib/python3/dist-packages/x.py", b"p" * 50_000)]
    owned = {"usr/bin/cc": "dpkg:gcc-12", "usr/lib/python3/dist-packages/x.py": f"python:{installed}"}
    items = [*database("wheels", "compiler", "headers", "gcc-12"), *FILES, *compiler]
    [finding] = only(findings_of([items], owned=owned), "recommended-only")
    assert finding.reclaimable_bytes == 150_000
    assert (finding.confidence is Confidence.MEDIUM) == is_warned
    assert (finding.evidence[0] == "triton: needs a C compiler where it compiles kernels.") == is_warned
    assert any(" gcc " in line for line in finding.dockerfile) == is_warned


def test_leaves_what_was_asked_for_alone():
    assert not only(findings_of([[*database("wheels", "headers"), *FILES]]), "recommended-only")


def test_leaves_the_bases_packages_alone():
    layers = [FILES, database("wheels", "compiler", "headers")]
    assert not only(findings_of(layers, base_count=1), "recommended-only")


def test_knows_nothing_without_apts_states():
    items = [item for item in database() if item.path != "var/lib/apt/extended_states"]
    assert not only(findings_of([[*items, *FILES]]), "recommended-only")
