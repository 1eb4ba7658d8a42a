"""ncdu's format, against the real ncdu: it loads what is written, and its totals are those that were built in."""

import json
import os
import pty
import re
import select
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

import layerscope
from layerscope.errors import UsageError
from layerscope.report.ncdu import render_ncdu, render_ncdu_layer, render_ncdu_waste
from tests.images import directory, fifo, file, hardlink, symlink, whiteout
from tests.report.images import HOSTILE_NAMES, analysis_of, hostile_image
from tests.tools import tool

SAMPLES = Path(__file__).parents[2] / "sample_images"
SCREEN_WAIT_S = 20


def through_ncdu(pieces: Iterable[bytes]) -> list[Any]:
    """What ncdu itself writes after it has read a report."""
    done = subprocess.run(
        [tool("ncdu"), "-0", "-f", "-", "-o", "-"], input=b"".join(pieces), capture_output=True, check=True, timeout=60
    )
    root = json.loads(done.stdout)[3]
    assert isinstance(root, list)
    return root


def all_in(folder: list[Any], above: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Everything below a folder of ncdu's, with its path."""
    for item in folder[1:]:
        if isinstance(item, list):
            yield f"{above}{item[0]['name']}/", item[0]
            yield from all_in(item, f"{above}{item[0]['name']}/")
        else:
            yield above + item["name"], item


def files_in(folder: list[Any]) -> dict[str, dict[str, Any]]:
    """Everything below a folder of ncdu's, by path."""
    return dict(all_in(folder))


def total_bytes(folder: list[Any]) -> int:
    """The size of a tree as ncdu counts it: each inode once."""
    seen: set[int] = set()
    total = 0
    for _, item in all_in(folder):
        if not (item.get("hlnkc") and item["ino"] in seen):
            total += item.get("dsize", 0)
        if item.get("hlnkc"):
            seen.add(item["ino"])
    return total


def on_the_screen(path: Path) -> str:
    """What ncdu shows of a report in a terminal."""
    terminal, inner = pty.openpty()
    shown = b""
    with subprocess.Popen(
        [tool("ncdu"), "--si", "-f", str(path)],
        stdin=inner,
        stdout=inner,
        env=os.environ | {"TERM": "xterm", "LC_ALL": "C.UTF-8"},
    ) as ncdu:
        while b"Items:" not in shown and select.select([terminal], [], [], SCREEN_WAIT_S)[0]:
            shown += os.read(terminal, 1 << 16)
        os.write(terminal, b"q")
        ncdu.wait(SCREEN_WAIT_S)
    os.close(terminal)
    os.close(inner)
    return re.sub(r"\x1b[\[(][0-9;?]*[A-Za-z]", " ", shown.decode("utf-8", "replace"))


@pytest.fixture
def image(tmp_path: Path) -> layerscope.Analysis:
    """Two layers: 7 kB of which 1 kB is deleted, 500 B written again, and one content that has three names."""
    return analysis_of(
        tmp_path,
        [
            file("a/deep/er/one", b"1" * 1_000),
            file("a/two", b"2" * 2_000),
            file("b", b"3" * 3_000),
            file("gone", b"4" * 1_000),
            symlink("link", "b"),
            fifo("pipe"),
            directory("empty"),
        ],
        [whiteout("gone"), hardlink("a/again", "b"), hardlink("c", "b"), file("a/two", b"5" * 500)],
    )


def test_the_live_tree(image: layerscope.Analysis) -> None:
    root = through_ncdu(render_ncdu(image))
    found = files_in(root)
    assert set(found) == {
        *("a/", "a/deep/", "a/deep/er/", "a/deep/er/one", "a/two", "a/again", "b", "c", "link", "pipe", "empty/"),
    }
    assert {path: item["asize"] for path, item in found.items() if item.get("asize")} == {
        "a/deep/er/one": 1_000,
        "a/two": 500,
        **dict.fromkeys(("a/again", "b", "c"), 3_000),
    }
    assert len({found[path]["ino"] for path in ("a/again", "b", "c")}) == 1
    assert [path for path, item in found.items() if item.get("notreg")] == ["link", "pipe"]
    assert total_bytes(root) == 1_000 + 500 + 3_000


def test_one_layer(image: layerscope.Analysis) -> None:
    lower, upper = (through_ncdu(render_ncdu_layer(image, position)) for position in (0, 1))
    assert total_bytes(lower) == 7_000
    assert {path: item.get("asize", 0) for path, item in files_in(upper).items()} == {
        "a/": 0,
        "a/again": 0,
        "c": 0,
        "a/two": 500,
    }


def test_a_layer_that_is_not_there(image: layerscope.Analysis) -> None:
    with pytest.raises(UsageError, match=r"no layer 2\. Its layers are 0 to 1\."):
        render_ncdu_layer(image, 2)


def test_the_waste(tmp_path: Path) -> None:
    waste = analysis_of(
        tmp_path,
        [file("x/gone", b"1" * 1_000), file("same/1", b"s" * 300), file("hidden", b"s" * 300)],
        [whiteout("x/gone"), file("same/2", b"s" * 300), hardlink("same/3", "hidden"), whiteout("hidden")],
    )
    root = through_ncdu(render_ncdu_waste(waste))
    found = {path: item["asize"] for path, item in files_in(root).items() if "asize" in item}
    deleted = "layer 0, hidden by 1, deleted/"
    assert found.pop(f"{deleted}x/gone") == 1_000
    # Of three live copies two are waste; the one whose first name is deleted goes by its other name.
    assert sorted(found.values()) == [300, 300]
    assert set(found) < {"duplicates/same/1", "duplicates/same/2", "duplicates/same/3"}


def test_the_screen_says_the_total(image: layerscope.Analysis, tmp_path: Path) -> None:
    path = tmp_path / "live.ncdu"
    path.write_bytes(b"".join(render_ncdu(image)))
    screen = " ".join(on_the_screen(path).split())
    assert re.search(r"Total disk usage: 4\.5 KB Apparent size: 4\.5 KB Items: 11", screen), screen


@pytest.mark.parametrize("archive", sorted(SAMPLES.glob("*.tar")), ids=lambda path: path.name)
def test_totals_of_the_samples_are_those_of_their_tars(archive: Path) -> None:
    analysis = layerscope.analyze(str(archive))
    for position, total in enumerate(analysis.layer_totals):
        root = through_ncdu(render_ncdu_layer(analysis, position))
        assert total_bytes(root) == total.content_bytes
    assert total_bytes(through_ncdu(render_ncdu(analysis))) == analysis.index.live_bytes
    waste_bytes = analysis.index.superseded_bytes + analysis.index.duplicate_bytes
    assert total_bytes(through_ncdu(render_ncdu_waste(analysis))) == waste_bytes


def test_hostile_names_load_and_say_nothing_to_a_terminal(tmp_path: Path) -> None:
    analysis = hostile_image(tmp_path)
    content = b"".join(render_ncdu(analysis))
    text = content.decode("utf-8")
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]", text)
    names = [path for path in files_in(through_ncdu([content])) if path.startswith("opt/")]
    assert len(names) == len(HOSTILE_NAMES) + 1
    assert "opt/line\\x0abreak\\x0d::error::x" in names


def test_very_deep_and_very_long_names_are_bounded(tmp_path: Path) -> None:
    deep = "/".join(["d"] * 3_000)
    analysis = analysis_of(tmp_path, [file(f"{deep}/f", b"1" * 10), file("n" * 60_000, b"2" * 20), directory(deep)])
    root = through_ncdu(render_ncdu(analysis))
    assert total_bytes(root) == 30
    paths = files_in(root)
    assert max(map(len, paths)) < 4_000
    assert max(path.count("/") for path in paths) < 3_000
