"""What the rule `exact-duplicates` finds and what it leaves alone."""

from layerscope.findings.rule import Confidence
from tests.findings.cases import findings_of, only
from tests.images import file, hardlink

CONTENT = b"d" * 2_000_000


def test_promises_all_copies_but_one():
    layers = [[file("app/a", CONTENT)], [file("srv/b", CONTENT)], [file("opt/c", CONTENT)]]
    [finding] = only(findings_of(layers), "exact-duplicates")
    assert (finding.reclaimable_bytes, finding.layers) == (4_000_000, (1, 2))


def test_a_copy_goes_with_all_its_names():
    layers = [[file("app/a", CONTENT)], [file("srv/b", CONTENT), hardlink("srv/c", "srv/b")]]
    assert [finding.reclaimable_bytes for finding in only(findings_of(layers), "exact-duplicates")] == [2_000_000]


def test_the_copy_that_another_rule_takes_is_the_one_that_goes():
    cache = file("root/.cache/uv/archive-v0/x/lib.so", CONTENT)
    findings = findings_of([[cache, file("usr/local/lib/python3.12/site-packages/x/lib.so", CONTENT)]])
    assert [finding.reclaimable_bytes for finding in only(findings, "uv-cache")] == [2_000_000]
    assert sum(finding.reclaimable_bytes for finding in findings) == 2_000_000


def test_copies_of_two_packages_are_a_finding_of_their_own():
    items = [file("usr/lib/a.so", CONTENT), file("usr/lib/b.so", CONTENT)]
    owned = {"usr/lib/a.so": "dpkg:a", "usr/lib/b.so": "dpkg:b"}
    [finding] = only(findings_of([items], owned=owned), "exact-duplicates")
    assert (finding.subject, finding.confidence) == ("copies that packages brought", Confidence.LOW)
    assert "environment" in finding.fix
    assert not any("COPY" in line for line in finding.dockerfile)


def test_an_unowned_copy_of_a_packages_file_is_the_one_that_goes():
    items = [file("usr/lib/b.so", CONTENT), file("usr/lib/python3/dist-packages/a/b.so", CONTENT)]
    [finding] = only(findings_of([items], owned={"usr/lib/b.so": "dpkg:b"}), "exact-duplicates")
    assert finding.claimed_bytes == 2_000_000


def test_leaves_links_models_cuda_and_little_alone():
    assert not only(findings_of([[file("app/a", CONTENT), hardlink("app/b", "app/a")]]), "exact-duplicates")
    models = [file("app/a.safetensors", CONTENT), file("srv/b.safetensors", CONTENT)]
    cuda = [file("usr/local/cuda-12.4/lib64/libcufft.so.11", b"c" * 3_000_000), file("app/x.so", b"c" * 3_000_000)]
    assert not only(findings_of([[*models, *cuda]]), "exact-duplicates")
    assert not only(findings_of([[file("app/a", b"x" * 50_000), file("app/b", b"x" * 50_000)]]), "exact-duplicates")


def test_leaves_a_copy_that_cannot_be_seen_alone():
    layers = [[file("app/a", CONTENT)], [file("app/a", b"n" * 2_000_000), file("app/b", CONTENT)]]
    assert not only(findings_of(layers), "exact-duplicates")
