"""Markdown, rendered by GitHub's own renderer."""

import re
from html.parser import HTMLParser
from pathlib import Path

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

import layerscope
from layerscope.checks.gate import Gate
from layerscope.report.markdown import LIMIT_BYTES, MARKER, render_markdown
from layerscope.report.markdown_text import bar, block, code, details, prose, table
from layerscope.units import safe_text
from tests.images import file
from tests.report.gates import FAILED, gated
from tests.report.images import HOSTILE_NAMES, analysis_of, hostile_image

SAMPLES = Path(__file__).parents[2] / "sample_images"
# What the report itself is made of.
TAGS = {
    *("h2", "h3", "p", "strong", "code", "ul", "li", "pre", "details", "summary"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
GITHUB_COMMENT_CHARACTERS = 65_536


class Page(HTMLParser):
    """The tags of a page, and its text inside of code and outside of it."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.comments: list[str] = []
        self.in_code: list[str] = []
        self.outside: list[str] = []
        self._depth = 0
        self.feed(cmarkgfm.github_flavored_markdown_to_html(content, options=Options.CMARK_OPT_UNSAFE))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert all(name == "align" for name, _ in attrs)
        self._depth += tag in ("code", "pre")

    def handle_endtag(self, tag: str) -> None:
        self._depth -= tag in ("code", "pre")

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    def handle_data(self, data: str) -> None:
        (self.in_code if self._depth else self.outside).append(data)


def page_of(analysis: layerscope.Analysis) -> Page:
    return Page(render_markdown(analysis).decode("utf-8"))


def test_a_sample_reads_well() -> None:
    content = render_markdown(layerscope.analyze(str(SAMPLES / "naive-devel.docker.tar"))).decode("utf-8")
    assert content.startswith(f"{MARKER}\n## layerscope: `")
    assert "**428.0 kB** stored, ~241.6 kB to pull (0.0 s at 1 Gbit/s), 19 layers, `linux/amd64`" in content
    assert "| 47.7 kB | ████████████ | pip's cache is in the image (`pip-cache`) | layer 13 |" in content
    page = Page(content)
    assert set(page.tags) <= TAGS
    assert page.comments == [" layerscope-report "]
    assert len(re.findall("<details>", content)) == len(re.findall("</details>", content)) > 5


def test_checks_come_first_and_errors_say_so(tmp_path: Path) -> None:
    content = render_markdown(gated(analysis_of(tmp_path, [file("root/.cache/pip/x", b"p" * 300_000)]))).decode()
    assert "### Checks: 2 failed, 1 skipped, 1 passed" in content
    assert (
        "| **failed** | `max-stored` | 2.5 MB | 1.0 kB | The image is too large. See `pip-cache`, 100 %. |" in content
    )
    assert "**error:** pip's cache is in the image (`pip-cache`)" in content
    assert content.index("### Checks") < content.index("### What to do")


def test_hostile_names_stay_in_code(tmp_path: Path) -> None:
    analysis = gated(hostile_image(tmp_path))
    page = page_of(analysis)
    assert set(page.tags) <= TAGS
    assert page.comments == [" layerscope-report "]
    assert [text for text in page.outside if re.search("evil|octocat|alert|[@#$<>]|:tada:", text)] == []
    shown = "".join(page.in_code)
    for part in ("<script>alert(1)</script>", "@octocat #12 !34", "=1+1", "x" * 150):
        assert part in shown


def test_no_image_is_too_large_for_a_comment(tmp_path: Path) -> None:
    """As much of everything as is shown, with characters that take as much room as any."""
    name = "\u202e" * 30
    layers = [
        [file(f"{n}/{name}{m}", b"%d" % n * 5_000) for m in range(40)] + [file("same/" + "w" * 200, b"%d" % n * 90_000)]
        for n in range(60)
    ]
    history = [{"created_by": f"RUN echo {n} {'|`*<' * 300}"} for n in range(60)]
    analysis = analysis_of(tmp_path, *layers, history=history)
    checks = tuple(replace(FAILED, id=f"{n}{'&' * 9_000}", reason="`<" * 9_000) for n in range(500))
    content = render_markdown(replace(analysis, gate=Gate(checks)))
    assert len(content) <= LIMIT_BYTES < GITHUB_COMMENT_CHARACTERS
    assert "480 other checks" in content.decode()
    assert set(Page(content.decode()).tags) <= TAGS


def test_what_has_no_room_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("layerscope.report.markdown.LIMIT_BYTES", 2_000)
    analysis = layerscope.analyze(str(SAMPLES / "naive-devel.docker.tar"))
    content = render_markdown(analysis)
    assert len(content) <= 2_000
    assert b"Left out for want of room: " in content
    assert b"layers, categories, packages, what is invisible" in content


@given(st.text(max_size=60) | st.sampled_from(HOSTILE_NAMES))
def test_code_is_one_code_span_anywhere(text: str) -> None:
    """In a paragraph, in a table, and in a list, with the text as it was, but for what is escaped."""
    span = code(text, limit=1_000)
    content = "\n".join([f"a {span} b", "", *table(("x", "y"), [(span, "z")]), "", f"- {span}", "- c"])
    page = Page(content)
    expected = ["p", "code", "table", "thead", "tr", "th", "th", "tbody", "tr", "td", "code", "td"]
    assert page.tags == [*expected, "ul", "li", "code", "li"]
    assert "".join(page.in_code) == 3 * (safe_text(text).strip(" ").replace("|", "\\x7c") or " ")


@given(st.text(alphabet="ab .@#:/`<>_*[]()!~&w$-|\\", max_size=60))
def test_prose_is_words_and_code_spans(text: str) -> None:
    page = Page(f"a {prose(text)} b")
    assert set(page.tags) <= {"p", "code"}
    assert not set("".join(page.outside)) & set("@#<>_*[]!~&$|\\`")
    assert "://" not in "".join(page.outside)


@given(st.lists(st.sampled_from(HOSTILE_NAMES) | st.text(max_size=20), max_size=5))
def test_a_block_ends_where_it_ends(lines: list[str]) -> None:
    page = Page("\n".join([*details("s", block(lines), name="<b>@x"), "end"]))
    assert page.tags == ["details", "summary", "code", "pre", "p"]
    assert "".join(page.outside).strip().endswith("end")


def test_bars() -> None:
    assert [bar(10, 10), bar(5, 10), bar(1, 10_000), bar(0, 10), bar(0, 0)] == ["█" * 12, "█" * 6, "█", "", ""]
    assert bar(10, 10, shaded=5) == "█" * 6 + "░" * 6
    assert bar(10, 10, width=4, shaded=10) == "░" * 4
