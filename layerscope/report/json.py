"""The report document as JSON: sorted keys, ASCII, no clock, so the same input gives the same bytes."""

import json

from pydantic import BaseModel

from layerscope.analysis import Analysis
from layerscope.report.build import build_document


def render_json(analysis: Analysis) -> bytes:
    """The document, indented, with a newline at its end."""
    return dump_json(build_document(analysis))


def dump_json(document: BaseModel) -> bytes:
    """Any document in the form that all of ours have."""
    content = document.model_dump(mode="json", by_alias=True)
    return (json.dumps(content, sort_keys=True, indent=2, ensure_ascii=True) + "\n").encode("ascii")
