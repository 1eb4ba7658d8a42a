"""A comparison in Markdown, rendered by GitHub's own renderer."""

import re
from pathlib import Path

import pytest

from layerscope.diff.compare import compare
from layerscope.diff.difference import Difference
from layerscope.diff.limit import parse_limit
from layerscope.report.diff.markdown import MARKER, render_diff_markdown
from layerscope.report.markdown import LIMIT_BYTES
from tests.diff.builds import dist_info, save, side_of
from tests.images import file
from tests.report.test_markdown import TAGS, Page

SAMPLES = Path(__file__).parents[3] / "sample_images"


@pytest.fixture(scope="module")
def samples() -> Difference:
    sides = [side_of(SAMPLES / f"{name}.docker.tar") for name in ("tidy-multistage", "naive-devel")]
    return compare(*sides, limits=[parse_limit("5%")])


def page_of(difference: Difference) -> Page:
    return Page(render_diff_markdown(difference).decode("utf-8"))


def test_the_verdict_reads_as_a_sentence(samples: Difference) -> None:
    content = render_diff_markdown(samples).decode("utf-8")
    assert content.startswith(f"{MARKER}\n## layerscope: `")
    assert "The image grew by 263.0 kB (+159.4 %): yours +118.4 kB, the base +144.6 kB." in content
    assert "| +47.7 kB | 0 B | 47.7 kB |" in content
    assert "| **failed** | Stored bytes changed by +263.0 kB; 5% allow 8.2 kB. |" in content
    page = Page(content)
    assert set(page.tags) <= {*TAGS, "h3"}
    assert page.comments == [" layerscope-diff "]
    text = "".join(page.outside)
    assert re.search(r"A machine with the old image fetches ~\S+ kB in 14 layers", text)


def test_what_shrank_has_another_glyph(samples: Difference) -> None:
    lines = render_diff_markdown(samples).decode("utf-8").splitlines()
    [removed] = [line for line in lines if "removed: COPY /opt/venv" in line]
    assert removed.startswith("| -129.9 kB | 129.9 kB | 0 B | ░")


def test_hostile_names_stay_in_code(tmp_path: Path) -> None:
    hostile = "RUN `@octocat` <script>alert(1)</script> | #12 \u202e www.evil.example | ``` --> ~~x~~"
    packages = dist_info("evil<b>@octocat", "1.0|x", 400)
    old = save(tmp_path / "old.tar", ("RUN true", [file("a", b"x")]))
    new = save(tmp_path / "@octocat`<b>.tar", (hostile, [*packages, file("root/.cache/pip/<i>@octocat", b"y" * 9_000)]))
    page = page_of(compare(side_of(old), side_of(new)))
    assert set(page.tags) <= TAGS
    assert page.comments == [" layerscope-diff "]
    assert [text for text in page.outside if re.search("evil|octocat|alert|[@#$<>]", text)] == []
    assert "alert(1)" in "".join(page.in_code)


def test_no_difference_is_too_large_for_a_comment(tmp_path: Path) -> None:
    hostile = "\u202e|`" * 300
    steps = [(f"RUN {number} {hostile}", [file(f"f{number}", b"x" * number)]) for number in range(60)]
    old, new = save(tmp_path / "old.tar"), save(tmp_path / "new.tar", *steps)
    content = render_diff_markdown(compare(side_of(old), side_of(new)))
    assert len(content) <= LIMIT_BYTES
    assert b"45 others" in content
