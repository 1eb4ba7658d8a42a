"""The formats that a report can have: a table; each one is loaded when it is asked for."""

import re
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from layerscope.errors import UsageError
from layerscope.units import safe_text

if TYPE_CHECKING:
    from layerscope.analysis import Analysis

# Of what a table of formats is about: an Analysis here.
Render = Callable[[Any], Iterable[bytes]]


class Format(Struct, frozen=True):
    """One format: its name, what it is for in a few words, and what makes its bytes, piece by piece."""

    id: str
    title: str
    render: Render


class NumberedFormat(Struct, frozen=True):
    """A format that wants a number in the place of the N in its name."""

    id: str
    title: str
    render: Callable[["Analysis", int], Iterable[bytes]]

    def at(self, number: int) -> Format:
        """The format for one number."""
        return Format(self.id.removesuffix("N") + str(number), self.title, lambda found: self.render(found, number))


def _in(module: str, function: str) -> Render:
    """What renders a format, imported when it is called: it takes an analysis and gives bytes or pieces of them."""

    def render(analysis: "Analysis") -> Iterable[bytes]:
        content = getattr(import_module(f"layerscope.report.{module}"), function)(analysis)
        return [content] if isinstance(content, bytes) else content

    return render


def _ncdu_layer(analysis: "Analysis", position: int) -> Iterable[bytes]:
    from layerscope.report.ncdu import render_ncdu_layer

    return render_ncdu_layer(analysis, position)


FORMATS = (
    Format("csv", "every entry of every layer as a table", _in("csv", "render_csv")),
    Format("csv-categories", "categories as a table", _in("csv", "render_csv_categories")),
    Format("csv-findings", "findings as a table", _in("csv", "render_csv_findings")),
    Format("csv-layers", "layers as a table", _in("csv", "render_csv_layers")),
    Format("csv-packages", "packages as a table", _in("csv", "render_csv_packages")),
    Format("cyclonedx", "packages with their bytes (CycloneDX 1.6)", _in("cyclonedx", "render_cyclonedx")),
    Format("github", "annotations for a job's log on GitHub, ten at most", _in("github", "render_github")),
    Format("gitlab", "code quality for GitLab's merge requests", _in("gitlab", "render_gitlab")),
    Format("html", "a page to look at, with a treemap of the files; one file", _in("html.render", "render_html")),
    Format("json", "all figures, for programs (schema 1)", _in("json", "render_json")),
    Format("junit", "checks and findings as test cases", _in("junit", "render_junit")),
    Format("md", "Markdown for a job summary or a merge request", _in("markdown", "render_markdown")),
    Format("ncdu", "the files that a container sees, for `ncdu -f`", _in("ncdu", "render_ncdu")),
    Format("ncdu-waste", "what is shipped and invisible, and duplicates", _in("ncdu", "render_ncdu_waste")),
    Format("patch", "the plan as a patch of the Dockerfile", _in("patch", "render_patch")),
    Format("sarif", "findings for code scanning (SARIF 2.1.0)", _in("sarif", "render_sarif")),
    Format("text", "what is printed without --report", _in("text", "render_text")),
)
NUMBERED_FORMATS = (NumberedFormat("ncdu-layer-N", "what layer N ships", _ncdu_layer),)
Formats = Sequence[Format | NumberedFormat]
ALL_FORMATS: Formats = sorted([*FORMATS, *NUMBERED_FORMATS], key=lambda item: item.id)
_NUMBER = re.compile(r"(.*-)([0-9]{1,6})", re.ASCII)


def find_format(name: str, formats: Formats = ALL_FORMATS) -> Format:
    """The format of that name; raises UsageError for an unknown one."""
    match = _NUMBER.fullmatch(name)
    for item in formats:
        if isinstance(item, Format):
            if item.id == name:
                return item
        elif match and item.id == f"{match[1]}N":
            return item.at(int(match[2]))
    from difflib import get_close_matches

    known = [item.id for item in formats]
    near = get_close_matches(name, known, n=2)
    hint = f"Did you mean {' or '.join(near)}?" if near else f"There are {', '.join(known)}."
    raise UsageError(f"There is no report format {safe_text(name)!r}.", hint=hint)


def list_formats(formats: Formats = ALL_FORMATS) -> list[str]:
    """A line of help for each format."""
    width = max(len(item.id) for item in formats)
    return [f"{item.id:{width}}  {item.title}" for item in formats]
