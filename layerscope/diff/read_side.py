"""A JSON report becomes one side of a comparison."""

from functools import cache
from typing import TYPE_CHECKING

from layerscope.diff.side import Side
from layerscope.errors import LimitExceeded, MalformedImage
from layerscope.units import human_bytes, safe_text

if TYPE_CHECKING:
    from pydantic import TypeAdapter, ValidationError

# A report of an image with 10,000 packages has 3 MB.
REPORT_LIMIT_BYTES = 256_000_000


def read_side(content: bytes, what: str) -> Side:
    """Read a report; `what` names it in errors. Raises MalformedImage and LimitExceeded.

    Fields that this version does not know are passed over: within a schema's version fields are only added.
    """
    from pydantic import ValidationError

    if len(content) > REPORT_LIMIT_BYTES:
        raise LimitExceeded(f"{what} has {human_bytes(len(content))}; a report has at most 256 MB.")
    try:
        return _adapter().validate_json(content)
    except ValidationError as error:
        raise MalformedImage(
            f"{what} is not a layerscope report of schema 1: {_problem(error)}.",
            hint="Make one with `layerscope analyze REF --json PATH`.",
        ) from error


@cache
def _adapter() -> "TypeAdapter[Side]":
    from pydantic import TypeAdapter

    return TypeAdapter(Side)


def _problem(error: "ValidationError") -> str:
    """The first thing that is wrong, and where."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    where = ".".join(map(str, first["loc"]))
    text = f"{where}: {first['msg']}" if where else first["msg"]
    return safe_text(text[:200])
