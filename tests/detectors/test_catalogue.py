"""All detectors together: ids, texts, precedence, and that they partition an image's bytes."""

import re
from collections import Counter
from pathlib import Path

import pytest

import layerscope
from layerscope.detectors import all_detectors
from layerscope.detectors.detector import Group
from layerscope.patterns import PathMatcher, matches
from tests.detectors.claims import category_of

SAMPLES = Path(__file__).parents[2] / "sample_images"
FILES = Path(__file__).parents[2] / "layerscope" / "detectors"
SHARED = {"__init__", "detector", "lists", "cuda_components", "ml_names"}


def test_every_file_is_a_detector_with_a_test() -> None:
    modules = {path.stem for path in FILES.glob("*.py")} - SHARED
    assert {detector.id.replace("-", "_") for detector in all_detectors()} == modules
    tested = {path.stem.removeprefix("test_") for path in Path(__file__).parent.glob("test_*.py")}
    assert modules <= tested


def test_ids_are_kebab_case_and_distinct() -> None:
    ids = [detector.id for detector in all_detectors()]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) for name in ids)


def test_every_detector_says_why_and_what_to_do() -> None:
    assert all(d.title and d.why.endswith(".") and d.fix.endswith(".") for d in all_detectors())


def test_groups_come_in_their_order_and_the_rest_last() -> None:
    groups = [list(Group).index(detector.group) for detector in all_detectors()]
    assert groups == sorted(groups)
    assert all_detectors()[-1].id == "unowned"


def test_patterns_are_spelled_as_they_are_read() -> None:
    paths = [p for d in all_detectors() for p in (*d.directories, *d.files, *d.except_files)]
    assert [p for p in paths if re.search(r"^/|/$|//|[^/]\*\*|\*\*[^/]|\*\*$", p)] == []
    managers = {p.partition(":")[0] for d in all_detectors() for p in d.packages}
    assert managers == {"apk", "conda", "dpkg", "python", "rpm"}


def test_no_pattern_is_claimed_twice() -> None:
    for of in (lambda d: d.directories, lambda d: d.files, lambda d: d.packages):
        patterns = [pattern for detector in all_detectors() for pattern in of(detector)]
        assert [p for p, count in Counter(patterns).items() if count > 1] == []


@pytest.mark.parametrize("archive", sorted(SAMPLES.glob("*.docker.tar")), ids=lambda path: path.name)
def test_categories_and_packages_partition_the_stored_bytes(archive: Path) -> None:
    analysis = layerscope.analyze(str(archive))
    stored_bytes = analysis.index.stored_bytes
    assert sum(total.stored_bytes for total in analysis.category_totals) == stored_bytes
    packages_bytes = sum(total.stored_bytes for total in analysis.package_totals)
    assert packages_bytes + analysis.unowned_by_packages_bytes == stored_bytes


@pytest.mark.parametrize(
    ("pattern", "path", "is_match"),
    [
        ("**/x", b"x", True),
        ("**/x", b"a/b/x", True),
        ("**/x", b"ax", False),
        ("a/*", b"a/b", True),
        ("a/*", b"a/b/c", False),
        ("a/**/x", b"a/x", True),
        ("a/**/x", b"a/b/c/x", True),
        ("a/**/x", b"b/a/x", False),
        ("a.b", b"axb", False),
        ("**/*.pt", b"a/new\nline.pt", True),
        ("**/*.pt", b"a/b.pt\n", False),
    ],
)
def test_patterns(pattern: str, path: bytes, is_match: bool) -> None:
    folder, _, name = path.rpartition(b"/")
    assert (PathMatcher([["other"], [pattern]]).first(folder, name) == 1) is is_match
    assert matches([pattern], path) is is_match


def test_names_and_paths_that_are_made_to_be_slow() -> None:
    """A name of very many dots, and a path of very many folders, are decided without trying each of them."""
    assert category_of("srv/data/" + "." * 200_000 + "safetensors") == "model-weights"
    assert category_of("a/" * 200_000 + "x.safetensors") == "model-weights"
    assert category_of("app/" + "a/" * 200_000 + "x") in {"unowned", "application"}
