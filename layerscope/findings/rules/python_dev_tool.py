"""Python packages for developers: tests, debuggers, notebooks, linters, profilers."""

from collections.abc import Iterator

from layerscope.findings.case import Case
from layerscope.findings.evidence import list_packages
from layerscope.findings.purpose import Purpose
from layerscope.findings.rule import Claim, Confidence, Rule
from layerscope.findings.selection import by_party, rows_of_category_and_packages


def _find(case: Case) -> Iterator[Claim]:
    rows = rows_of_category_and_packages(case, "python-dev-tool")
    for part in by_party(case, rows):
        yield Claim(rows=part, evidence=list_packages(case, part))


RULE = Rule(
    id="python-dev-tool",
    title="Python development tools are in the image",
    find=_find,
    why="Test runners, debuggers, notebooks, linters and profilers serve developers, not a running service.",
    fix="Keep them in a dependency group or a stage for development.",
    dockerfile=(
        "FROM python:3.12-slim AS base",
        "COPY requirements.txt .",
        "RUN pip install --no-cache-dir -r requirements.txt",
        "FROM base AS dev",
        "RUN --mount=type=bind,source=requirements-dev.txt,target=/tmp/requirements-dev.txt \\",
        "    pip install --no-cache-dir -r /tmp/requirements-dev.txt",
        "FROM base AS prod",
        "COPY app/ /app/",
    ),
    confidence=Confidence.MEDIUM,
    least_bytes=10_000,
    purposes=(Purpose.PROD,),
    order=41,
)
