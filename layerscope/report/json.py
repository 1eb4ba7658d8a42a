"""The report document as JSON: sorted keys, ASCII, no clock, so the same input gives the same bytes."""

import json

from layerscope.analysis import Analysis
from layerscope.report.build import build_document


def render_json(analysis: Analysis) -> bytes:
    """The document, indented, with a newline at its end."""
    content = build_document(analysis).model_dump(mode="json", by_alias=True)
    return (json.dumps(content, sort_keys=True, indent=2, ensure_ascii=True) + "\n").encode("ascii")
