"""An image's sizes, from an analysis or from a JSON report."""

import json
from pathlib import Path
from typing import Any

from msgspec import Struct

from layerscope.analysis import Analysis
from layerscope.errors import UsageError
from layerscope.units import safe_text

_SCHEMA_ID = "urn:layerscope:report:1"
# A report of an image with very many packages is some ten megabytes.
_LIMIT_BYTES = 1 << 28


class Figures(Struct, frozen=True):
    """What budgets are about; `transfer_bytes` is measured or estimated, None where neither is known."""

    reference: str
    stored_bytes: int
    superseded_bytes: int
    duplicate_bytes: int
    transfer_bytes: int | None


def figures_of(analysis: Analysis) -> Figures:
    """The sizes of an analysis."""
    index = analysis.index
    return Figures(
        analysis.image.reference,
        index.stored_bytes,
        index.superseded_bytes,
        index.duplicate_bytes,
        analysis.transfer_bytes,
    )


def read_figures(path: Path) -> Figures:
    """The sizes in a JSON report; raises UsageError for what is none."""
    problem = f"{safe_text(str(path))} is no JSON report of layerscope"
    try:
        with path.open("rb") as file:
            content = file.read(_LIMIT_BYTES + 1)
        report = json.loads(content) if len(content) <= _LIMIT_BYTES else None
    except (OSError, ValueError, RecursionError) as error:
        reason = f" ({error.strerror})" if isinstance(error, OSError) else ""
        raise UsageError(f"{problem}{reason}.", hint="Write one with `layerscope analyze REF --json PATH`.") from error
    if not isinstance(report, dict) or report.get("$schema") != _SCHEMA_ID:
        raise UsageError(f"{problem}, schema 1.", hint="Write one with `layerscope analyze REF --json PATH`.")
    if report.get("complete") is not True:
        raise UsageError(f"{problem} of a whole image: it was read in part.", hint="Analyze the image again.")
    try:
        return _figures(report)
    except (KeyError, TypeError) as error:
        raise UsageError(f"{problem}: its sizes are missing.") from error


def _figures(report: dict[str, Any]) -> Figures:
    sizes = report["sizes"]
    measured, estimated = sizes["transfer_bytes"], sizes["transfer_bytes_estimate"]
    transfer = estimated if measured is None else measured
    return Figures(
        str(report["image"]["reference"]),
        _bytes(sizes["stored_bytes"]),
        _bytes(sizes["superseded_bytes"]),
        _bytes(sizes["duplicate_bytes"]),
        None if transfer is None else _bytes(transfer),
    )


def _bytes(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError("a size is a whole number")
    return value
