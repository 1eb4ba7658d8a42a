"""Manual pages that packages bring."""

from collections.abc import Iterator

from layerscope.findings.case import Case
from layerscope.findings.evidence import list_packages
from layerscope.findings.rule import Claim, Confidence, Rule
from layerscope.findings.selection import by_party

_MANUAL = b"/man/"


def _find(case: Case) -> Iterator[Claim]:
    rows = case.rows_of_categories("documentation")
    rows = case.rows_where(rows, lambda path: _MANUAL in path)
    for part in by_party(case, rows):
        yield Claim(rows=part, evidence=list_packages(case, part, limit=8))


RULE = Rule(
    id="man-pages",
    title="manual pages are in the image",
    find=_find,
    why="Packages bring manual pages, and nobody reads them in a container.",
    fix="Tell dpkg to leave them out, before anything is installed.",
    dockerfile=(
        "RUN echo 'path-exclude=/usr/share/man/*' > /etc/dpkg/dpkg.cfg.d/01-no-man",
        "RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*",
    ),
    confidence=Confidence.MEDIUM,
    least_bytes=1_000_000,
    order=51,
)
