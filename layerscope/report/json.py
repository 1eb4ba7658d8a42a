"""The report document as JSON: sorted keys, ASCII, no clock, so the same input gives the same bytes."""

import json

from layerscope.analysis import Analysis
from layerscope.report.build import build_document
from layerscope.report.model import Model, plain


def render_json(analysis: Analysis) -> bytes:
    """The document, indented, with a newline at its end."""
    return dump_json(build_document(analysis))


def dump_json(document: Model) -> bytes:
    """Any document in the form that all of ours have."""
    return (json.dumps(plain(document), sort_keys=True, indent=2, ensure_ascii=True) + "\n").encode("ascii")
