"""Tests and notebooks of the application itself."""

from collections.abc import Iterator

from layerscope.findings.case import Case
from layerscope.findings.evidence import list_files
from layerscope.findings.purpose import Purpose
from layerscope.findings.rule import Claim, Confidence, Rule
from layerscope.findings.selection import by_party


def _find(case: Case) -> Iterator[Claim]:
    rows = case.rows_of_categories("application-tests", "notebooks")
    rows = rows[~case.is_owned[rows]]
    for part in by_party(case, rows):
        yield Claim(rows=part, evidence=list_files(case, part))


RULE = Rule(
    id="application-tests",
    title="the application's tests or notebooks are in the image",
    find=_find,
    why="Tests and notebooks serve developers; every change to them also makes a new layer.",
    fix="Leave them out of the build context, or copy only the folders that the application needs.",
    dockerfile=(
        "# in .dockerignore:",
        "**/tests/",
        "**/notebooks/",
        "**/*.ipynb",
        "# or, in the Dockerfile:",
        "COPY src/ /app/src/",
    ),
    confidence=Confidence.MEDIUM,
    least_bytes=100_000,
    purposes=(Purpose.PROD,),
    order=52,
)
