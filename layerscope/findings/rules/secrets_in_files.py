"""Files with credentials, also those that a later layer deletes."""

import re
from collections.abc import Iterator

import numpy as np

from layerscope.findings.case import Case
from layerscope.findings.rule import Claim, Confidence, Rule
from layerscope.index.apply import LIVE
from layerscope.units import safe_text

_FACT = "secret-file"
# Test data of packages, and the key that Debian makes for examples.
_PUBLIC = re.compile(
    rb"(?:site|dist)-packages/.*(?:/tests?/|/testing/|/examples?/|/fixtures?/)|ssl-cert-snakeoil\.key$"
    rb"|(?:^|/)usr/share/doc/"
)
_SHOWN = 20
# Linux takes no longer path, and on a longer one the expression could take very long.
_PATH_LIMIT_BYTES = 4_096


def _find(case: Case) -> Iterator[Claim]:
    """One claim for all of them; a deleted one is still shipped."""
    found = [(row, value.kind) for row, value in case.facts(_FACT) if _is_own(case, row)]
    if found:
        rows = np.array([row for row, _ in found], dtype=np.int64)
        shown = [_shown(case, row, kind) for row, kind in found[:_SHOWN]]
        more = (f"and {len(found) - _SHOWN} more",) if len(found) > _SHOWN else ()
        yield Claim(rows=rows, evidence=(*shown, *more))


def _is_own(case: Case, row: int) -> bool:
    """Whether a file is nobody's package: what a package brings is public anyway."""
    return case.package_of(row) is None and _PUBLIC.search(case.index.path(row)[-_PATH_LIMIT_BYTES:]) is None


def _shown(case: Case, row: int, kind: str) -> str:
    hidden_by = int(case.index.hidden_by[row])
    later = (
        "" if hidden_by == LIVE else f"; gone in layer {hidden_by}, and still in layer {int(case.index.layers[row])}"
    )
    return f"/{safe_text(case.index.path(row))}: {kind}{later}"


RULE = Rule(
    id="secrets-in-files",
    title="files with credentials are in the image",
    find=_find,
    why="Whoever can pull the image can read every file of every layer, deleted ones included.",
    fix="Revoke the credential, keep the file out of the build context, and mount it where the build needs it.",
    dockerfile=(
        "RUN --mount=type=secret,id=netrc,target=/root/.netrc pip install -r requirements.txt",
        "RUN --mount=type=ssh git clone git@example.org:team/repository.git",
        "# .dockerignore: .env*, *.pem, *.key, .netrc, .aws, .ssh",
    ),
    confidence=Confidence.MEDIUM,
    order=60,
)
