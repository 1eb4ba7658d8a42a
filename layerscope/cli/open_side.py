"""What `layerscope diff` compares: images, which are taken apart, and what was kept of images, which is read."""

from collections.abc import Callable
from pathlib import Path

from layerscope.analysis import Analysis
from layerscope.diff.read_side import REPORT_LIMIT_BYTES, read_side
from layerscope.diff.side import Side
from layerscope.errors import SourceUnavailable
from layerscope.report.json import render_json
from layerscope.saved.load import is_saved, load_analysis
from layerscope.units import safe_text

_SNIFF_BYTES = 64


def open_side(reference: str, analyze: Callable[[str], Analysis]) -> Side:
    """Read a JSON report or a saved analysis, or take an image apart; raises what taking one apart raises.

    All come the same way, through the report's public form, so that it makes no difference which one was given.
    """
    path = Path(reference)
    if _is_report(path):
        return read_side(_content(path), safe_text(reference))
    analysis = load_analysis(path) if is_saved(path) else analyze(reference)
    return read_side(render_json(analysis), safe_text(reference))


def _is_report(path: Path) -> bool:
    """Whether a file begins as JSON does; no archive does."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return file.read(_SNIFF_BYTES).lstrip()[:1] == b"{"
    except (OSError, ValueError):
        # Whoever opens it as an image says what is wrong with it.
        return False


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(REPORT_LIMIT_BYTES + 1)
    except OSError as error:
        problem = f"The report {safe_text(str(path))} cannot be read: {error.strerror or error}."
        raise SourceUnavailable(problem, hint="Check the path and its permissions.") from error
