"""Documentation that packages bring."""

from collections.abc import Iterator

from layerscope.findings.case import Case
from layerscope.findings.evidence import list_packages
from layerscope.findings.rule import Claim, Confidence, Rule
from layerscope.findings.selection import by_party

# Licences ask to be shipped with the program; manual pages have a rule of their own.
_LICENCES = (b"copyright", b"licen", b"copying", b"notice")
_MANUAL = b"/man/"


def _find(case: Case) -> Iterator[Claim]:
    rows = case.rows_of_categories("documentation")
    for part in by_party(case, case.rows_where(rows, _is_spare)):
        yield Claim(rows=part, evidence=list_packages(case, part, limit=8))


def _is_spare(path: bytes) -> bool:
    return _MANUAL not in path and not path.rpartition(b"/")[2].lower().startswith(_LICENCES)


RULE = Rule(
    id="documentation",
    title="documentation is in the image",
    find=_find,
    why="Packages bring manuals, examples and change logs that nobody reads in a container.",
    fix="Tell dpkg to leave it out, before anything is installed; licences stay.",
    dockerfile=(
        "RUN printf 'path-exclude=/usr/share/doc/*\\npath-include=/usr/share/doc/*/copyright\\n' \\",
        "    > /etc/dpkg/dpkg.cfg.d/01-no-doc",
        "RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*",
    ),
    confidence=Confidence.MEDIUM,
    least_bytes=1_000_000,
    order=51,
)
