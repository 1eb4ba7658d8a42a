"""Files with the same content at several places."""

from collections.abc import Iterator

import numpy as np

from layerscope.detectors.detector import Group
from layerscope.findings.case import Case
from layerscope.findings.evidence import list_files
from layerscope.findings.rule import Claim, Confidence, Rule
from layerscope.findings.selection import in_groups, with_all_names
from layerscope.index.duplicates import DuplicateGroup
from layerscope.layers.columns import Integers

_LEAST_BYTES = 100_000
_LEAST_BYTES_OF_PACKAGES = 1_000_000
# These have rules of their own, which know which copy is needed.
_OTHER_GROUPS = (Group.MODELS, Group.CUDA, Group.CUDA_WHEELS)
_OTHER_CATEGORIES = ("documentation", "locale", "python-bytecode")


def _find(case: Case) -> Iterator[Claim]:
    """All copies but one; those that packages brought are a claim of their own, since they go only with a package."""
    others = case.rows_of_categories(*_OTHER_CATEGORIES)
    groups = [group for group in case.index.duplicates if group.waste_bytes >= _LEAST_BYTES]
    spare = [_spare(case, group) for group in groups if not np.isin(group.rows, others).any()]
    rows = np.concatenate([*spare, np.empty(0, np.int64)])
    for is_owned in (False, True):
        of_kind = rows[case.is_owned[rows] == is_owned]
        yield Claim(
            subject="copies that packages brought" if is_owned else None,
            rows=with_all_names(case, of_kind),
            evidence=list_files(case, of_kind),
            confidence=Confidence.LOW if is_owned else None,
        )


def _spare(case: Case, group: DuplicateGroup) -> Integers:
    """The copies that can go: the one that stays is of the least wasteful category, then a package's, then the first.

    What an earlier rule takes is thus seldom the copy that all others are measured by.
    """
    rows = np.array(group.rows, dtype=np.int64)
    if in_groups(case, rows, *_OTHER_GROUPS).any():
        return np.empty(0, dtype=np.int64)
    order = np.lexsort((rows, ~case.is_owned[rows], -case.classification.of_rows[rows]))
    spare = rows[order[1:]]
    worth_it = group.waste_bytes >= _LEAST_BYTES_OF_PACKAGES or not case.is_owned[spare].any()
    return spare if worth_it else spare[~case.is_owned[spare]]


RULE = Rule(
    id="exact-duplicates",
    title="the same files are at several places",
    find=_find,
    why="One content at several paths is shipped once for each of them; hard and symbolic links are not.",
    fix="Keep one copy and link to it, or copy each file to where it is needed and nowhere else.",
    dockerfile=("COPY data/model.bin /app/model.bin", "RUN ln -s /app/model.bin /srv/model.bin"),
    confidence=Confidence.MEDIUM,
    least_bytes=1_000_000,
    order=80,
)
