"""The formats that a report about several images can have: a table as that of one image's report."""

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from layerscope.report.formats import Format, Formats

if TYPE_CHECKING:
    from layerscope.report.many.survey import Survey


def _json(survey: "Survey") -> Iterable[bytes]:
    from layerscope.report.json import dump_json
    from layerscope.report.many.document import build_images_document

    return [dump_json(build_images_document(survey))]


def _text(survey: "Survey") -> Iterable[bytes]:
    from layerscope.report.many.console import print_survey
    from layerscope.report.text import draw_text

    return [draw_text(partial(print_survey, survey))]


MANY_FORMATS: Formats = (
    Format("json", "the reports of all images, and what these share (schema 1)", _json),
    Format("text", "what is printed without --report", _text),
)
