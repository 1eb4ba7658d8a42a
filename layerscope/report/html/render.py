"""The HTML report: one file with its styles and scripts in it, which a browser lets do nothing else.

A Content-Security-Policy allows exactly the one style sheet and the one script of the page, by their hashes, and no
request at all. Every text that a template writes is made safe to show and escaped, whether the template says so or not.
"""

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from layerscope.__about__ import __version__
from layerscope.analysis import Analysis
from layerscope.checks.check import Status
from layerscope.detectors.detector import Group
from layerscope.report.finding_text import headline, place_in_image, worst_first
from layerscope.report.html.file_tree import script_json
from layerscope.report.html.page import base_name, figures, files_data, largest_files, layer_rows, transfer_text
from layerscope.report.texts import cut
from layerscope.units import human_bandwidth, human_bytes, human_seconds, human_share, safe_text

_HERE = Path(__file__).parent
_SCRIPTS = (
    *("text.js", "tree.js", "search.js", "squarify.js", "treemap.js", "files_section.js", "tables.js", "theme.js"),
    "main.js",
)


def render_html(analysis: Analysis) -> bytes:
    """The whole page."""
    style, script = _asset("page.css"), _script()
    page = _environment().get_template("page.html")
    return page.render(
        analysis=analysis,
        version=__version__,
        policy=_policy(style, script),
        style=Markup(style),
        script=Markup(script),
        files_json=Markup(script_json(files_data(analysis))),
        groups=list(Group),
        statuses=list(Status),
        figures=list(figures(analysis)),
        transfer=transfer_text(analysis),
        bandwidth=human_bandwidth(analysis.gate.bandwidth_bits_per_second),
        base=base_name(analysis),
        layers=layer_rows(analysis),
        largest_files=largest_files(analysis),
        findings=worst_first(analysis),
    ).encode("utf-8")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "amount": human_bytes,
        "cut": lambda text, limit: cut(safe_text(text), limit),
        "headline": headline,
        "percent": lambda part, whole: f"{100 * part / whole if whole else 0:.3f}%",
        "place": place_in_image,
        "seconds": human_seconds,
        "share": human_share,
    }
    return environment


def _shown(value: Any) -> Any:
    """Each value that a template writes: texts are made safe to show, then escaped; no value may be missing."""
    if value is None:
        raise ValueError("a template writes None")
    return safe_text(value) if isinstance(value, str | bytes) and not isinstance(value, Markup) else value


@cache
def _asset(name: str) -> str:
    return (_HERE / "assets" / name).read_text(encoding="utf-8")


@cache
def _script() -> str:
    return '"use strict";\n(() => {\n' + "\n".join(_asset(name) for name in _SCRIPTS) + "})();\n"


def _policy(style: str, script: str) -> str:
    return (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; img-src data:; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )


def _hash(content: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"
