"""Files with the same content at several places."""

from collections.abc import Iterator

import numpy as np

from layerscope.detectors.detector import Group
from layerscope.findings.case import Case
from layerscope.findings.evidence import list_files
from layerscope.findings.rule import Claim, Confidence, Rule
from layerscope.findings.selection import in_groups, with_all_names
from layerscope.index.duplicates import DuplicateGroup
from layerscope.layers.columns import Integers, Mask

_LEAST_BYTES = 100_000
_LEAST_BYTES_OF_PACKAGES = 1_000_000
# These have rules of their own, which know which copy is needed.
_OTHER_GROUPS = (Group.MODELS, Group.CUDA, Group.CUDA_WHEELS)
_OTHER_CATEGORIES = ("documentation", "locale", "python-bytecode")


def _find(case: Case) -> Iterator[Claim]:
    """All copies but one; those that packages brought are a claim of their own, since they go only with a package."""
    groups = [group for group in case.index.duplicates if group.waste_bytes >= _LEAST_BYTES]
    is_owned, is_others = case.is_owned, _is_others(case, groups)
    spare = [_spare(case, group, is_owned) for group in groups if not is_others[list(group.rows)].any()]
    rows = np.concatenate([*spare, np.empty(0, np.int64)])
    for of_packages in (False, True):
        of_kind = rows[is_owned[rows] == of_packages]
        yield Claim(
            subject="copies that packages brought" if of_packages else None,
            rows=with_all_names(case, of_kind),
            evidence=list_files(case, of_kind),
            fix=_PACKAGES_FIX if of_packages else None,
            dockerfile=_PACKAGES_LINES if of_packages else None,
            confidence=Confidence.LOW if of_packages else None,
        )


def _is_others(case: Case, groups: list[DuplicateGroup]) -> Mask:
    """Which rows of the groups, and of some categories, other rules look after."""
    mask = np.zeros(len(case.index), dtype=np.bool_)
    rows = np.array([row for group in groups for row in group.rows], dtype=np.int64)
    mask[rows] = in_groups(case, rows, *_OTHER_GROUPS)
    mask[case.rows_of_categories(*_OTHER_CATEGORIES)] = True
    return mask


def _spare(case: Case, group: DuplicateGroup, is_owned: Mask) -> Integers:
    """The copies that can go: the one that stays is of the least wasteful category, then a package's, then the first.

    What an earlier rule takes is thus seldom the copy that all others are measured by.
    """
    rows = np.array(group.rows, dtype=np.int64)
    order = np.lexsort((rows, ~is_owned[rows], -case.classification.of_rows[rows]))
    spare = rows[order[1:]]
    worth_it = group.waste_bytes >= _LEAST_BYTES_OF_PACKAGES or not is_owned[spare].any()
    return spare if worth_it else spare[~is_owned[spare]]


_PACKAGES_FIX = "Install each package into one environment; what one package brings twice, link in the same RUN."
_PACKAGES_LINES = (
    "RUN pip install --no-cache-dir -r requirements.txt \\",
    "    && ln -f /usr/local/lib/python3.12/site-packages/torch/bin/protoc-3.13.0.0 \\",
    "        /usr/local/lib/python3.12/site-packages/torch/bin/protoc",
)
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
