"""The formats that a comparison can have: a table as that of an image's report."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from layerscope.report.formats import Format, Formats

if TYPE_CHECKING:
    from layerscope.diff.difference import Difference


def _json(difference: "Difference") -> Iterable[bytes]:
    from layerscope.report.diff.json import render_diff_json

    return [render_diff_json(difference)]


def _text(difference: "Difference") -> Iterable[bytes]:
    from functools import partial

    from layerscope.report.diff.console import print_difference
    from layerscope.report.text import draw_text

    return [draw_text(partial(print_difference, difference))]


def _markdown(difference: "Difference") -> Iterable[bytes]:
    from layerscope.report.diff.markdown import render_diff_markdown

    return [render_diff_markdown(difference)]


DIFF_FORMATS: Formats = (
    Format("json", "all that changed, for programs (schema 1)", _json),
    Format("md", "for a job's summary or a comment on a merge request", _markdown),
    Format("text", "what is printed without --report", _text),
)
