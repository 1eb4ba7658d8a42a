"""The formats that a quick look can have: a table as that of the full report."""

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from layerscope.report.formats import Format, Formats

if TYPE_CHECKING:
    from layerscope.outline.outline import Outline


def _csv(outline: "Outline") -> Iterable[bytes]:
    from layerscope.report.outline.csv import render_quick_csv

    return render_quick_csv(outline)


def _json(outline: "Outline") -> Iterable[bytes]:
    from layerscope.report.json import dump_json
    from layerscope.report.outline.build import build_quick_document

    return [dump_json(build_quick_document(outline))]


def _text(outline: "Outline") -> Iterable[bytes]:
    from layerscope.report.outline.console import print_outline
    from layerscope.report.text import draw_text

    return [draw_text(partial(print_outline, outline))]


QUICK_FORMATS: Formats = (
    Format("csv", "every entry of the layers that list their files", _csv),
    Format("json", "all that a quick look finds (schema 1)", _json),
    Format("text", "what is printed without --report", _text),
)
