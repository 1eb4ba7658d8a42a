"""The HTML report without a browser: what is in it, how large it is, and that it needs nothing else."""

import base64
import hashlib
from html.parser import HTMLParser
from pathlib import Path

import pytest
from msgspec.structs import replace

import layerscope
from layerscope.report.html.render import render_html
from layerscope.units import safe_text
from tests.images import directory, docker_archive, file, layer
from tests.report.gates import gated
from tests.report.images import HOSTILE_NAMES, hostile_image

SAMPLE = Path(__file__).parents[3] / "sample_images/naive-devel.docker.tar"
LIMIT_BYTES = 3_000_000
# What has no end tag.
VOID = {"meta", "link", "input"}
# An element of SVG that is written as <rect/>.
EMPTY = {"rect"}


class Page(HTMLParser):
    """The tags, ids, texts and scripts of a page; a tag that is not closed in order is an error."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.texts: list[str] = []
        self.inline: dict[str, list[str]] = {"script": [], "style": []}
        self.policy = ""
        self._open: list[str] = []
        self.feed(content)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.tags.add(tag)
        self.attributes |= set(named)
        self.ids += [named["id"] or ""] if "id" in named else []
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        if named.get("http-equiv") == "Content-Security-Policy":
            self.policy = named["content"] or ""
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in EMPTY
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] in self.inline:
            self.inline[self._open[-1]].append(data)
        else:
            self.texts.append(data)

    @property
    def text(self) -> str:
        """All that can be read."""
        return " ".join(" ".join(self.texts).split())


@pytest.fixture(scope="module")
def sample() -> layerscope.Analysis:
    return gated(layerscope.analyze(str(SAMPLE)))


@pytest.fixture(scope="module")
def page(sample: layerscope.Analysis) -> Page:
    return Page(render_html(sample).decode())


def test_nothing_is_fetched(page: Page) -> None:
    assert [link for link in page.links if not link.startswith(("#", "data:,"))] == []
    assert not page.tags & {"img", "iframe", "object", "embed", "video", "form", "base"}
    assert "style" not in page.attributes
    assert [name for name in page.attributes if name.startswith("on")] == []


def test_links_within_the_page_lead_somewhere(page: Page) -> None:
    assert len(page.ids) == len(set(page.ids))
    assert [link for link in page.links if link.startswith("#") and link[1:] not in page.ids] == []


def test_the_policy_allows_exactly_what_is_there(page: Page) -> None:
    [style], [_, script] = page.inline["style"], page.inline["script"]
    digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (style, script)]
    allowed = dict(part.split(" ", 1) for part in page.policy.split("; "))
    assert allowed["default-src"] == "'none'"
    assert (allowed["style-src"], allowed["script-src"]) == (f"'sha256-{digests[0]}'", f"'sha256-{digests[1]}'")
    assert "unsafe" not in page.policy


def test_all_that_is_known_stands_in_tables(sample: layerscope.Analysis, page: Page) -> None:
    wanted = [
        *(total.package.name for total in sample.package_totals),
        *(total.detector.title for total in sample.category_totals),
        *(finding.rule.title for finding in sample.findings),
        *(finding.rule.why for finding in sample.findings),
        *(candidate.label for candidate in sample.candidates),
        *(text for candidate in sample.candidates for text in candidate.environment),
        *(step.title for step in sample.plan.steps),
        *(check.reason for check in sample.gate.checks),
    ]
    assert [text for text in wanted if " ".join(text.split()) not in page.text] == []


def test_sections_without_anything_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "empty.tar"
    path.write_bytes(docker_archive([layer()], flavour="old"))
    empty = Page(render_html(layerscope.analyze(str(path))).decode())
    assert {"checks", "bases", "plan", "superseded", "warnings"} & set(empty.ids) == set()
    assert "Nothing was found" not in Page(render_html(layerscope.analyze(str(SAMPLE))).decode()).text


def test_unknown_transfer_is_no_figure(sample: layerscope.Analysis) -> None:
    unknown = replace(
        sample, transfer=replace(sample.transfer, measured_bytes=None, estimated_bytes=None, of_rows=None)
    )
    text = Page(render_html(unknown).decode()).text
    assert "to pull - not known of this source" in text
    assert "A pull then fetches" not in text
    assert "~0 B" not in text


def test_damage_and_warnings_are_said(sample: layerscope.Analysis) -> None:
    damaged = Page(render_html(replace(sample, is_complete=False, warnings=("layer 3 <b>ends</b> early",))).decode())
    assert "Incomplete: the image is damaged" in damaged.text
    assert "layer 3 <b>ends</b> early" in damaged.text


def test_hostile_texts_make_no_markup(page: Page, tmp_path: Path) -> None:
    hostile = Page(render_html(hostile_image(tmp_path)).decode())
    assert hostile.tags <= page.tags
    assert hostile.attributes <= page.attributes
    assert set(hostile.links) <= {"data:,", *(f"#{name}" for name in hostile.ids)}
    names = [name for name in HOSTILE_NAMES if not set("/\n\r") & set(name) and len(name) < 60]
    shown = {" ".join(safe_text(name.encode("utf-8", "surrogateescape")).split()) for name in names}
    # They are versions of packages, too.
    assert {name for name in shown if name not in hostile.text} == set()
    assert len(shown) > 10


def test_two_hundred_thousand_files_have_room(tmp_path: Path) -> None:
    """Long names, not one alike, and each file of a size that nobody could leave out without a second look."""
    items = [
        item
        for folder in range(400)
        for item in (
            directory(f"usr/lib/package-{folder:04}"),
            *(
                file(f"usr/lib/package-{folder:04}/{number:03}-{'<long>' * 9}.py", b"f" * (number % 97))
                for number in range(500)
            ),
        )
    ]
    path = tmp_path / "many.tar"
    path.write_bytes(docker_archive([layer(*items)], flavour="old"))
    analysis = layerscope.analyze(str(path))
    assert len(analysis.index) == 200_400
    assert len(render_html(analysis)) < LIMIT_BYTES
