"""Damaged and forged files: one of our errors, or an analysis that every report can show."""

import random
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import layerscope
from layerscope.analysis import Analysis
from layerscope.errors import ImageError, LimitExceeded, MalformedImage, SourceUnavailable
from layerscope.report.formats import FORMATS
from layerscope.report.text import render_text
from layerscope.saved.save import save_analysis
from layerscope.units import safe_text
from tests.images import docker_archive, file, hardlink, layer, whiteout
from tests.oci.limits import at_most
from tests.saved.resealing import LINE, changed, opened, places, sealed, sealed_content

NAIVE = Path(__file__).parents[2] / "sample_images/naive-devel.docker.tar"
HUGE = 1 << 62
REPLACEMENTS: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    1,
    7,
    HUGE,
    10**30,
    1.5,
    "",
    "x",
    "\x1b[31m",
    "\ud800",
    [],
    [0],
    [[], "same"],
    {},
)
MUTANTS = {"small": 300, "large": 60}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A saved analysis of two small layers."""
    lower = layer(file("a", b"1" * 3_000), file("b", b"1" * 3_000), hardlink("c", "a"), file("gone", b"2" * 4_000))
    path = tmp_path_factory.mktemp("small") / "image.tar"
    path.write_bytes(docker_archive([lower, layer(whiteout("gone"))], flavour="modern"))
    return save_analysis(layerscope.analyze(str(path)))


@pytest.fixture(scope="module")
def large() -> bytes:
    """A saved analysis with packages, findings, models, duplicates, twins and device code."""
    return save_analysis(layerscope.analyze(str(NAIVE), device_code=True))


def load(content: bytes, folder: Path) -> Analysis:
    path = folder / "saved"
    path.write_bytes(content)
    return layerscope.load(path)


def show(analysis: Analysis) -> None:
    """Everything that reads an analysis."""
    for item in FORMATS:
        list(item.render(analysis))
    for name in ("files", "layers", "packages", "findings_frame"):
        getattr(analysis, name)


def test_every_flipped_byte_is_noticed(small: bytes, tmp_path: Path) -> None:
    for position in range(len(small)):
        content = bytearray(small)
        content[position] ^= 1 << position % 8
        with pytest.raises(ImageError):
            load(bytes(content), tmp_path)


def test_every_truncation_is_noticed(small: bytes, tmp_path: Path) -> None:
    for length in range(len(small)):
        with pytest.raises(MalformedImage):
            load(small[:length], tmp_path)


def test_what_follows_is_noticed(small: bytes, tmp_path: Path) -> None:
    with pytest.raises(MalformedImage):
        load(small + b"\0", tmp_path)
    document, columns = opened(small)
    with pytest.raises(MalformedImage, match="follows its columns"):
        load(sealed(document, columns + b"\0"), tmp_path)


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"", "is no saved analysis"),
        (b"layerscope-analysis one\n", "is no saved analysis"),
        (NAIVE.read_bytes()[:5_000], "is no saved analysis"),
        (b"layerscope-analysis 2\n", "newer layerscope"),
        (b"layerscope-analysis 1\n", "damaged"),
        (sealed_content(b""), "damaged"),
        (sealed_content((1 << 40).to_bytes(8, "little")), "bomb"),
        (sealed_content((5).to_bytes(8, "little") + b"[[[[["), "not valid JSON"),
        (sealed_content((20_000).to_bytes(8, "little") + b"[" * 10_000 + b"]" * 10_000), "damaged"),
        (sealed_content((8).to_bytes(8, "little") + b"Infinity"), "not valid JSON"),
        (sealed([], b""), "other parts"),
        (sealed({"version": "1"}, b""), "other parts"),
    ],
    ids=range(12),
)
def test_other_files_are_told_by_what_is_wrong(content: bytes, part: str, tmp_path: Path) -> None:
    with pytest.raises(ImageError, match=part):
        load(content, tmp_path)


def test_files_that_cannot_be_opened(tmp_path: Path) -> None:
    for path in (tmp_path / "missing", tmp_path):
        with pytest.raises(SourceUnavailable):
            layerscope.load(path)


def test_bombs_are_not_unpacked(small: bytes, tmp_path: Path) -> None:
    document, columns = opened(small)
    entries = changed(document, ("scans", 0, _field(document, "kinds")), lambda _: [[1 << 40], "same"])
    with pytest.raises(MalformedImage, match="shape"), at_most(5):
        load(sealed(entries, columns), tmp_path)
    many = changed(document, ("duplicates",), lambda _: [[1, ["column", [[1 << 22], "same"]]]] * 50)
    with pytest.raises((LimitExceeded, MalformedImage)), at_most(10):
        load(sealed(many, columns + bytes(8 * 50)), tmp_path)


def test_a_field_that_is_missing_or_unknown_is_named(small: bytes, tmp_path: Path) -> None:
    document, columns = opened(small)
    del document["values"]["is_complete"]
    with pytest.raises(MalformedImage, match="lacks is_complete"):
        load(sealed(document, columns), tmp_path)
    document["values"] |= {"is_complete": True, "mood": "good"}
    with pytest.raises(MalformedImage, match=r"mood.*does not know"):
        load(sealed(document, columns), tmp_path)


def test_a_rule_of_another_version_is_told(large: bytes, tmp_path: Path) -> None:
    document, columns = opened(large)
    place = document["shapes"]["findings.finding.Finding"].index("rule")
    forged = changed(document, ("values", "findings", 0, place), lambda _: "rule-of-tomorrow")
    with pytest.raises(MalformedImage, match="rule of another version"):
        load(sealed(forged, columns), tmp_path)


def test_texts_of_ours_cannot_act_on_a_terminal(small: bytes, tmp_path: Path) -> None:
    document, columns = opened(small)
    document["values"]["warnings"] = ["\x1b]0;title\x07"]
    analysis = load(sealed(document, columns), tmp_path)
    assert analysis.warnings == (safe_text("\x1b]0;title\x07"),)
    assert b"\x1b" not in render_text(analysis)


@pytest.mark.parametrize("name", ["small", "large"])
def test_forged_documents_give_our_errors_or_an_analysis(
    name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    document, columns = opened(request.getfixturevalue(name))
    choose = random.Random(name)
    everywhere = list(places(document))
    outcomes = {"error": 0, "shown": 0}
    for _ in range(MUTANTS[name]):
        change = _change(choose)
        forged = changed(document, choose.choice(everywhere), change)
        outcomes[_outcome(sealed(forged, columns), tmp_path)] += 1
    assert min(outcomes.values()) > 0


@pytest.mark.parametrize("name", ["small", "large"])
def test_forged_columns_give_our_errors_or_an_analysis(
    name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    document, columns = opened(request.getfixturevalue(name))
    choose = random.Random(name)
    outcomes = {"error": 0, "shown": 0}
    for _ in range(MUTANTS[name]):
        content = bytearray(columns)
        for _ in range(choose.choice((1, 1, 3))):
            content[choose.randrange(len(content))] = choose.choice((0, 1, 2, 47, 46, 127, 128, 255))
        outcomes[_outcome(sealed(document, bytes(content)), tmp_path)] += 1
    assert min(outcomes.values()) > 0


@given(st.binary(max_size=300))
def test_any_bytes(content: bytes) -> None:
    for whole in (content, LINE + content, sealed_content(content)):
        with tempfile.TemporaryDirectory() as folder, pytest.raises(ImageError):
            load(whole, Path(folder))


def _outcome(content: bytes, folder: Path) -> str:
    try:
        analysis = load(content, folder)
    except ImageError:
        return "error"
    show(analysis)
    return "shown"


def _change(choose: random.Random) -> Callable[[Any], Any]:
    replacement = choose.choice(REPLACEMENTS)

    def change(value: Any) -> Any:
        if isinstance(value, list) and value and choose.random() < 0.5:
            at = choose.randrange(len(value))
            return choose.choice((value[:at], value[at:], [*value, value[at]], value[::-1]))
        if type(value) is int and choose.random() < 0.5:
            return value + choose.choice((-1, 1, 1_000, HUGE))
        return replacement

    return change


def _field(document: Any, name: str) -> int:
    at = document["shapes"]["layers.scan.LayerScan"].index(name)
    assert isinstance(at, int)
    return at
