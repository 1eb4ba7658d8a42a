"""Names that would act on a terminal, a page or a parser, in every format."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import layerscope
from layerscope.report.formats import FORMATS, Format, find_format
from tests.report.gates import gated
from tests.report.images import hostile_image

# Control characters but line ends, bidirectional and zero-width ones, what is no character.
ACTIVE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff]|[\U000e0000-\U000e007f]"
)
ALL = [*FORMATS, find_format("ncdu-layer-0")]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> layerscope.Analysis:
    return gated(hostile_image(tmp_path_factory.mktemp("hostile")))


def strings(value: Any) -> Iterator[str]:
    """Every text in a JSON value, lines of it one by one."""
    if isinstance(value, str):
        yield from value.split("\n")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)


@pytest.mark.parametrize("item", ALL, ids=lambda item: item.id)
def test_every_report_is_utf8_without_active_characters(hostile: layerscope.Analysis, item: Format) -> None:
    text = b"".join(item.render(hostile)).decode("utf-8")
    assert ACTIVE.findall(text) == []


@pytest.mark.parametrize("name", ["sarif", "gitlab", "cyclonedx", "ncdu", "ncdu-waste", "ncdu-layer-0"])
def test_json_for_other_tools_has_none_behind_its_escapes(hostile: layerscope.Analysis, name: str) -> None:
    content = json.loads(b"".join(find_format(name).render(hostile)))
    assert [text for text in strings(content) if ACTIVE.search(text)] == []


def test_our_json_keeps_names_and_has_no_half_characters(hostile: layerscope.Analysis, tmp_path: Path) -> None:
    content = json.loads(b"".join(find_format("json").render(hostile)))
    path = tmp_path / "again.json"
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    shown = set(strings(content))
    assert any("\u202e" in text for text in shown)
    assert any(text.startswith("base64:") for text in shown)
