"""Compiled Python modules of installed packages."""

from collections.abc import Iterator

import numpy as np

from layerscope.findings.case import Case
from layerscope.findings.evidence import list_packages
from layerscope.findings.rule import Claim, Confidence, Rule
from layerscope.findings.selection import by_party

_SITE = (b"/site-packages/", b"/dist-packages/")
# What Debian's packages bring, their own scripts compile, whatever pip is told.
_DEBIAN = b"usr/lib/python3/dist-packages/"
# `python -m venv` installs these, and always compiles them.
_BUNDLED = ("python:pip", "python:setuptools")


def _find(case: Case) -> Iterator[Claim]:
    """What can be seen, and apart from it what was compiled only to be hidden by a later layer."""
    rows = case.rows_of_categories("python-bytecode")
    installed = case.rows_where(rows, _is_installed)
    installed = np.setdiff1d(installed, case.rows_of_packages(*_BUNDLED), assume_unique=True)
    shown = installed[case.is_live[installed]]
    for part in by_party(case, shown):
        yield Claim(rows=part, evidence=list_packages(case, part, limit=8))
    hidden = rows[~case.is_live[rows]]
    yield Claim(
        subject="compiled and hidden again",
        rows=hidden,
        fix="Do not write byte code while building: what a later layer hides is shipped all the same.",
        confidence=Confidence.MEDIUM,
    )


def _is_installed(path: bytes) -> bool:
    return (_SITE[0] in path or _SITE[1] in path) and not path.startswith(_DEBIAN)


RULE = Rule(
    id="python-bytecode",
    title="compiled Python modules are in the image",
    find=_find,
    why="pip compiles all modules when it installs; that makes the first start faster and packages larger.",
    fix="Where the start may take longer, install without byte code; Python then compiles in memory at each start.",
    dockerfile=(
        "ENV PYTHONDONTWRITEBYTECODE=1",
        "RUN pip install --no-cache-dir --no-compile -r requirements.txt",
    ),
    confidence=Confidence.LOW,
    least_bytes=1_000_000,
    order=53,
)
