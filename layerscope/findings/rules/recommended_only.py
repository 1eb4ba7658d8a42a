"""System packages that nothing needs and that apt installed because others recommend them."""

from collections.abc import Iterator

import numpy as np

from layerscope.dependencies import recommended_only
from layerscope.findings.case import Case
from layerscope.findings.evidence import list_packages
from layerscope.findings.rule import Claim, Confidence, Rule
from layerscope.findings.selection import compiler_users
from layerscope.layers.columns import Integers, distinct
from layerscope.probes.apt_extended_states import AUTO_INSTALLED
from layerscope.probes.dpkg import STATUS


def _find(case: Case) -> Iterator[Claim]:
    is_live = case.is_live
    packages = [package for row, value in case.facts(STATUS) if is_live[row] for package in value]
    automatic = [entry for row, value in case.facts(AUTO_INSTALLED) if is_live[row] for entry in value]
    if not packages or not automatic:
        return
    rows = _rows(case, set(recommended_only(packages, automatic)))
    yield _claim(case, rows)


def _claim(case: Case, rows: Integers) -> Claim:
    """What no package asks for, a program may call all the same: Triton a compiler."""
    evidence = list_packages(case, rows, limit=30)
    users = compiler_users(case)
    if not users or not np.isin(rows, case.rows_of_categories("compiler")).any():
        return Claim(rows=rows, evidence=evidence)
    return Claim(
        rows=rows,
        evidence=(f"{', '.join(users)}: needs a C compiler where it compiles kernels.", *evidence),
        fix=_COMPILER_FIX,
        dockerfile=_COMPILER_LINES,
        confidence=Confidence.MEDIUM,
    )


def _rows(case: Case, names: set[str]) -> Integers:
    """The files of these packages, but for those of which the base has some already."""
    packages = case.owners.packages
    numbers = [number for number, item in enumerate(packages) if item.manager == "dpkg" and item.name in names]
    rows = np.flatnonzero(np.isin(case.owners.of_rows, numbers) & case.has_content)
    of_base = distinct(case.owners.of_rows[rows[case.index.layers[rows] < case.base.count]])
    names_of_base = {packages[number].name for number in of_base.tolist()}
    kept = [number for number in numbers if packages[number].name in names_of_base]
    return rows[~np.isin(case.owners.of_rows[rows], kept)]


_COMPILER_FIX = (
    "Install with `--no-install-recommends`, and name what is really wanted: gcc, libc6-dev and python3-dev "
    "if torch.compile or Triton kernels run here."
)
_COMPILER_LINES = (
    "RUN apt-get update \\",
    "    && apt-get install -y --no-install-recommends python3 python3-pip gcc libc6-dev python3-dev \\",
    "    && rm -rf /var/lib/apt/lists/*",
)
RULE = Rule(
    id="recommended-only",
    title="packages are in the image that are only recommended",
    find=_find,
    why="apt installs what a package recommends as well, unless told not to; nothing that was asked for depends on it.",
    fix="Install with `--no-install-recommends`, and name what is really wanted.",
    dockerfile=(
        "RUN apt-get update \\",
        "    && apt-get install -y --no-install-recommends python3 python3-pip \\",
        "    && rm -rf /var/lib/apt/lists/*",
    ),
    least_bytes=10_000,
    order=40,
)
