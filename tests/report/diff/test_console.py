"""A comparison as text: what a person reads, and what an image cannot do to a terminal."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from layerscope.diff.compare import compare
from layerscope.diff.difference import Difference
from layerscope.diff.side import Side
from layerscope.report.bar import signed_bar
from layerscope.report.diff.console import print_difference
from tests.diff.builds import dist_info, save, side_of
from tests.images import file

SAMPLES = Path(__file__).parents[3] / "sample_images"


def text_of(difference: Difference, *, is_plain: bool = False) -> str:
    output = io.StringIO()
    print_difference(difference, Console(file=output, width=120, color_system=None), is_plain=is_plain)
    return output.getvalue()


@pytest.fixture(scope="module")
def samples() -> tuple[Side, Side]:
    return side_of(SAMPLES / "tidy-multistage.docker.tar"), side_of(SAMPLES / "naive-devel.docker.tar")


def test_changes_go_by_size_and_the_rest_is_summed_up(samples: tuple[Side, Side]) -> None:
    old, new = ({item.id: item.stored_bytes for item in side.categories} for side in samples)
    deltas = {name: new.get(name, 0) - old.get(name, 0) for name in old | new}
    ordered = sorted((name for name in deltas if deltas[name]), key=lambda name: (-abs(deltas[name]), name))
    lines = text_of(compare(*samples)).partition("What it is")[2].partition("Who brought it")[0].splitlines()[2:]
    for name, line in zip(ordered[:12], lines, strict=False):
        assert f"({name})" in line
    assert f"{len(ordered) - 12} others" in lines[12]


def test_plain_text_has_no_drawing_characters(samples: tuple[Side, Side]) -> None:
    assert "█" in text_of(compare(*samples))
    assert not {"█", "░", "│"} & set(text_of(compare(*samples), is_plain=True))


def test_what_shrank_goes_to_the_left_of_the_axis() -> None:
    assert signed_bar(-50, 100, width=9).plain == "  ░░│    "
    assert signed_bar(100, 100, width=9).plain == "    │████"
    assert signed_bar(1, 1_000_000, width=9).plain == "    │█   "
    assert signed_bar(0, 0, width=9).plain == "    │    "


def test_versions_are_shown_before_and_after(tmp_path: Path) -> None:
    old = save(tmp_path / "old.tar", ("RUN pip", dist_info("thing", "1.0", 10)))
    new = save(tmp_path / "new.tar", ("RUN pip", dist_info("thing", "1.1", 900)))
    assert "+890 B" in text_of(compare(side_of(old), side_of(new))).partition("Who brought it")[2]
    assert "thing 1.0 → 1.1" in text_of(compare(side_of(old), side_of(new)))


def test_a_growth_in_the_base_says_so(samples: tuple[Side, Side]) -> None:
    text = text_of(compare(*samples))
    assert "CUDA static libraries (cuda-static)  in the base" in text
    [line] = [line for line in text.splitlines() if "(pip-cache)" in line and "pip cache" in line]
    assert "base" not in line


def test_nothing_of_an_image_or_a_report_reaches_the_terminal_raw(tmp_path: Path) -> None:
    hostile = "RUN \x1b[31m\u202eevil\r\n"
    packages = dist_info("a\x1b[2Jb", "1.0\u2028", 100)
    old = save(tmp_path / "old.tar", ("RUN true", [file("a", b"x")]))
    new = save(tmp_path / "n\u202ew.tar", (hostile, packages))
    text = text_of(compare(side_of(old), side_of(new)))
    assert not {"\x1b", "\u202e", "\u2028", "\r"} & set(text)
    assert "\\x1b[31m\\u202eevil" in text
