"""The formats that a report can have: a table; each one is loaded when it is asked for."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from layerscope.errors import UsageError
from layerscope.units import safe_text

if TYPE_CHECKING:
    from layerscope.analysis import Analysis

Render = Callable[["Analysis"], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Format:
    """One format: its name, what it is for in a few words, and what makes its bytes, piece by piece."""

    id: str
    title: str
    render: Render


def _json(analysis: "Analysis") -> Iterable[bytes]:
    from layerscope.report.json import render_json

    return [render_json(analysis)]


def _text(analysis: "Analysis") -> Iterable[bytes]:
    from layerscope.report.text import render_text

    return [render_text(analysis)]


FORMATS = (
    Format("json", "all figures, for programs (schema 1)", _json),
    Format("text", "what is printed without --report", _text),
)


def find_format(name: str) -> Format:
    """The format of that name; raises UsageError for an unknown one."""
    for item in FORMATS:
        if item.id == name:
            return item
    known = [item.id for item in FORMATS]
    near = get_close_matches(name, known, n=2)
    hint = f"Did you mean {' or '.join(near)}?" if near else f"There are {', '.join(known)}."
    raise UsageError(f"There is no report format {safe_text(name)!r}.", hint=hint)


def list_formats() -> list[str]:
    """A line of help for each format."""
    width = max(len(item.id) for item in FORMATS)
    return [f"{item.id:{width}}  {item.title}" for item in FORMATS]
