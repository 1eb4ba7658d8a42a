"""The tree of the treemap, against pandas frames of the same image."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import layerscope
from layerscope.report.html.file_tree import build_tree, pruned, script_json
from tests.images import directory, file, hardlink, symlink, whiteout
from tests.report.images import analysis_of

SAMPLE = Path(__file__).parents[3] / "sample_images/naive-devel.docker.tar"


def leaves(folder: list[Any], above: str = "") -> Iterator[tuple[str, list[Any]]]:
    """Every file and every sum of a tree, with the folder that it is in."""
    for part in folder[1]:
        if isinstance(part[1], list):
            yield from leaves(part, f"{above}/{part[0]}")
        else:
            yield above, part


def tree_of(analysis: layerscope.Analysis, limit_bytes: int = 1_000_000) -> list[Any]:
    root, scale = build_tree(analysis)
    return pruned(root, scale, limit_bytes)


def bytes_by_category(analysis: layerscope.Analysis, tree: list[Any]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for _, (_, category, *sizes) in leaves(tree):
        found[analysis.classification.detectors[category].id] += sizes[0] if sizes else 0
    return {name: size for name, size in found.items() if size}


def test_a_small_tree_by_hand(tmp_path: Path) -> None:
    analysis = analysis_of(
        tmp_path,
        [
            directory("app"),
            file("app/deep/er/one", b"1" * 1_000),
            file("app/two", b"2" * 2_000),
            file("gone", b"4" * 700),
            symlink("link", "app"),
        ],
        [whiteout("gone"), hardlink("again", "app/two"), file("app/two", b"5" * 500)],
    )
    found = {
        (folder, name): (sizes[0], sizes[2] if len(sizes) > 2 else 0)
        for folder, (name, _, *sizes) in leaves(tree_of(analysis))
        if isinstance(name, str) and sizes and sizes[0]
    }
    # What two layers have at one path is one file there; the older content lives on under its other name.
    assert found[("/app/deep/er", "one")] == (1_000, 0)
    assert found[("/app", "two")][0] == 2_500
    assert found[("", "gone")] == (700, 700)
    assert sum(size for size, _ in found.values()) == 4_200


@pytest.mark.parametrize("limit_bytes", [1_000_000, 8_000, 2_000])
def test_categories_keep_their_sums_however_little_room_there_is(limit_bytes: int) -> None:
    analysis = layerscope.analyze(str(SAMPLE))
    tree = tree_of(analysis, limit_bytes)
    frame = analysis.files.groupby("category", observed=True).size_bytes.sum()
    assert bytes_by_category(analysis, tree) == {name: size for name, size in frame.to_dict().items() if size}
    assert len(script_json(tree)) <= limit_bytes
    assert sum(part[3] for _, part in leaves(tree) if len(part) > 3) == analysis.transfer_bytes
    assert sum(part[4] for _, part in leaves(tree) if len(part) > 4) == analysis.index.superseded_bytes


def test_every_path_is_a_file_once() -> None:
    analysis = layerscope.analyze(str(SAMPLE))
    frame = analysis.files
    paths = set(frame[~frame.kind.isin(["directory", "whiteout", "opaque"])].path)
    assert sum(1 if isinstance(part[0], str) else part[0] for _, part in leaves(tree_of(analysis))) == len(paths)


def test_the_largest_is_what_is_left(tmp_path: Path) -> None:
    small = [file(f"some/folder-{number}/{'n' * 60}-{number}", b"s" * 10) for number in range(300)]
    analysis = analysis_of(tmp_path, [file("large", b"l" * 900_000), file("some/medium", b"m" * 50_000), *small])
    found = [(folder, part[0]) for folder, part in leaves(tree_of(analysis, 1_000))]
    assert ("", "large") in found
    assert ("/some", "medium") in found
    assert ("/some", 300) in found


def test_a_path_of_very_many_folders(tmp_path: Path) -> None:
    deep = "/".join(["d"] * 1_500)
    tree = tree_of(analysis_of(tmp_path, [file(f"{deep}/file", b"x" * 5_000)]))
    [(folder, part)] = [(folder, part) for folder, part in leaves(tree) if len(part) > 2 and part[2]]
    assert folder == "/d" * 64
    assert part[2] == 5_000


def test_json_cannot_end_a_script() -> None:
    text = script_json({"</script><!--": ["<script>", "\u2028"]})
    assert "<" not in text
    assert text.isascii()
    assert json.loads(text) == {"</script><!--": ["<script>", "\u2028"]}
