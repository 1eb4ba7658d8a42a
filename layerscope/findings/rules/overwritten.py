"""Files that a later layer replaces by others."""

from collections.abc import Iterator

import numpy as np

from layerscope.findings.case import Case
from layerscope.findings.evidence import list_files, tell_instruction
from layerscope.findings.rule import Claim, Confidence, Rule
from layerscope.findings.selection import superseded_groups, with_all_names, without_state
from layerscope.index.cause import Cause

_CAUSES = (Cause.OVERWRITTEN, Cause.REPLACED_BY_OTHER_TYPE)
_LEAST_BYTES = 1_000_000


def _find(case: Case) -> Iterator[Claim]:
    """One claim for each pair of instructions to join; what a base ships, only another base spares."""
    for group in superseded_groups(case, *_CAUSES):
        if group.superseded_bytes >= _LEAST_BYTES:
            rows = without_state(case, np.array(group.rows, dtype=np.int64))
            if not len(rows):
                continue
            yield Claim(
                subject=f"{group.layer}-{group.hidden_by}-{group.cause.id}",
                rows=with_all_names(case, rows),
                evidence=(
                    tell_instruction(case, group.layer, "writes them"),
                    tell_instruction(case, group.hidden_by, "replaces them"),
                    *list_files(case, rows),
                ),
            )


RULE = Rule(
    id="overwritten",
    title="files are replaced in a later layer",
    find=_find,
    why="Both versions are shipped and pulled, and only the later one can be seen.",
    fix="Write the final version at once: join the instructions, or begin with a base that has the newer version.",
    dockerfile=("RUN pip install --no-cache-dir -r requirements.txt 'package==2.0'",),
    confidence=Confidence.MEDIUM,
    least_bytes=_LEAST_BYTES,
    order=71,
)
