"""The system's compilers and header packages in an image for production."""

from collections.abc import Iterator

import numpy as np

from layerscope.findings.case import Case
from layerscope.findings.evidence import list_packages
from layerscope.findings.purpose import Purpose
from layerscope.findings.rule import Claim, Confidence, Rule
from layerscope.findings.selection import by_party, compiler_users, rows_of_category_and_packages
from layerscope.layers.columns import Integers


def _find(case: Case) -> Iterator[Claim]:
    for rows in by_party(case, _rows(case)):
        yield _claim(case, rows)


def _claim(case: Case, rows: Integers) -> Claim:
    evidence = list_packages(case, rows)
    needs = compiler_users(case)
    if not needs:
        return Claim(rows=rows, evidence=evidence)
    return Claim(
        rows=rows,
        evidence=(
            f"{', '.join(needs)}: needs a C compiler where it compiles kernels, as torch.compile does.",
            *evidence,
        ),
        fix="Keep gcc, libc6-dev and Python's headers if torch.compile or Triton kernels run here; the rest can go.",
        dockerfile=(
            "# what Triton needs, and no more:",
            "RUN apt-get update \\",
            "    && apt-get install -y --no-install-recommends gcc libc6-dev python3-dev \\",
            "    && rm -rf /var/lib/apt/lists/*",
        ),
        confidence=Confidence.LOW,
    )


def _rows(case: Case) -> Integers:
    """Files of the system's packages only: other headers may be part of an installed program.

    `gcc-14-base` holds no compiler, and every C program depends on it.
    """
    rows = rows_of_category_and_packages(case, "compiler", "headers")
    kept = case.rows_of_packages("python:*", "dpkg:gcc-*-base")
    return rows[case.is_owned[rows] & ~np.isin(rows, kept)]


RULE = Rule(
    id="compiler",
    title="compilers and header files are in the image",
    find=_find,
    why="Compilers and headers are needed while packages are built; afterwards they are weight and attack surface.",
    fix="Build wheels or programs in a stage of its own, and copy them into a final stage without compilers.",
    dockerfile=(
        "FROM python:3.12 AS builder",
        "RUN --mount=type=bind,source=requirements.txt,target=/tmp/requirements.txt \\",
        "    pip wheel --no-cache-dir --wheel-dir /wheels -r /tmp/requirements.txt",
        "FROM python:3.12-slim",
        "RUN --mount=type=bind,from=builder,source=/wheels,target=/wheels pip install --no-cache-dir /wheels/*.whl",
    ),
    confidence=Confidence.MEDIUM,
    least_bytes=1_000_000,
    purposes=(Purpose.PROD,),
    order=43,
)
