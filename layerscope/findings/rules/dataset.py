"""Data sets in the image."""

from collections.abc import Iterator

from layerscope.findings.case import Case
from layerscope.findings.evidence import list_files
from layerscope.findings.rule import Claim, Confidence, Rule
from layerscope.findings.selection import by_party


def _find(case: Case) -> Iterator[Claim]:
    rows = case.rows_of_categories("dataset")
    rows = rows[~case.is_owned[rows]]
    for part in by_party(case, rows):
        yield Claim(rows=part, evidence=list_files(case, part))


RULE = Rule(
    id="dataset",
    title="data sets are in the image",
    find=_find,
    why="Data is pulled with every version of the code, though it changes for other reasons.",
    fix="Leave the data out of the build context, and mount a volume or fetch it at start.",
    dockerfile=("# in .dockerignore:", "data/", "datasets/", "# in the Dockerfile:", "VOLUME /data"),
    confidence=Confidence.MEDIUM,
    least_bytes=1_000_000,
    order=20,
)
