"""A comparison as JSON: sorted keys, ASCII, no clock, so the same input gives the same bytes."""

from layerscope.diff.difference import Difference
from layerscope.report.diff.document import build_diff_document
from layerscope.report.json import dump_json


def render_diff_json(difference: Difference) -> bytes:
    """The document, indented, with a newline at its end."""
    return dump_json(build_diff_document(difference))
