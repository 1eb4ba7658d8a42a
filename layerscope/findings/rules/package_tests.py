"""Tests and notebooks that Python packages bring."""

import re
from collections.abc import Iterator

from layerscope.findings.case import Case
from layerscope.findings.evidence import list_packages
from layerscope.findings.purpose import Purpose
from layerscope.findings.rule import Claim, Confidence, Rule
from layerscope.findings.selection import by_party

# One of them is in each path that is meant.
_TEXTS = (b"/test", b".ipynb")
_SITE = re.compile(rb"/(?:site|dist)-packages/")
_STANDARD_LIBRARY = re.compile(rb"/lib/python3\.\d+/test/(?!support/|__init__\.py$)")
# What a distribution keeps of Python's own tests, its maintainers chose.
_SYSTEM = b"/usr/lib/"
# Folders of that name that programs import when they run.
_IMPORTED = (b"django/test/", b"twisted/test/", b"torch/test/", b"_pytest/")


def _find(case: Case) -> Iterator[Claim]:
    for part in by_party(case, case.rows_by_path(_is_test, *_TEXTS)):
        yield Claim(rows=part, evidence=list_packages(case, part))


def _is_test(path: bytes) -> bool:
    """Whether a package's path is below a folder of tests; a package that is itself called `tests` may be imported."""
    path = b"/" + path
    site = _SITE.search(path)
    if site is None:
        return not path.startswith(_SYSTEM) and _STANDARD_LIBRARY.search(path) is not None
    package, _, inner = path[site.end() :].partition(b"/")
    if path.endswith(b".ipynb"):
        return True
    folders = inner.split(b"/")[:-1]
    return (b"tests" in folders or b"test" in folders) and not (package + b"/" + inner).startswith(_IMPORTED)


RULE = Rule(
    id="package-tests",
    title="Python packages bring their tests",
    find=_find,
    why="Many packages ship their tests and notebooks, and nothing imports them when an application runs.",
    fix="Delete them in the instruction that installs the packages, or in a build stage before copying from it.",
    dockerfile=(
        "RUN pip install --no-cache-dir -r requirements.txt \\",
        '    && find "$(python3 -c \'import sysconfig; print(sysconfig.get_path("purelib"))\')" \\',
        "        -mindepth 2 -type d -name tests -prune -exec rm -rf {} +",
    ),
    confidence=Confidence.MEDIUM,
    least_bytes=1_000_000,
    purposes=(Purpose.PROD,),
    order=52,
)
