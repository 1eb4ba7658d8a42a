"""Static libraries, which only a linker reads."""

from collections.abc import Iterator

import numpy as np

from layerscope.findings.case import Case
from layerscope.findings.evidence import list_files
from layerscope.findings.purpose import Purpose
from layerscope.findings.rule import Claim, Confidence, Rule
from layerscope.findings.selection import by_party


def _find(case: Case) -> Iterator[Claim]:
    """Those of wheels stay: what compiles at run time links them, and pip cannot leave them out."""
    rows = case.rows_of_categories("static-library")
    rows = rows[~np.isin(rows, case.rows_of_packages("python:*"))]
    for part in by_party(case, rows):
        yield Claim(rows=part, evidence=list_files(case, part))


RULE = Rule(
    id="static-library",
    title="static libraries are in the image",
    find=_find,
    why="A static library is read while programs are linked; what runs does not need it.",
    fix="Link in a build stage, and copy programs and shared libraries into the final one.",
    dockerfile=(
        "FROM base AS builder",
        "RUN make && make install DESTDIR=/out && find /out -name '*.a' -delete",
        "FROM base AS prod",
        "COPY --from=builder /out/ /",
    ),
    confidence=Confidence.MEDIUM,
    least_bytes=1_000_000,
    purposes=(Purpose.PROD,),
    order=50,
)
