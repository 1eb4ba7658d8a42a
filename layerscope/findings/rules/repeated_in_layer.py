"""Files that are in one layer several times."""

from collections.abc import Iterator

import numpy as np

from layerscope.findings.case import Case
from layerscope.findings.evidence import list_files, tell_instruction
from layerscope.findings.rule import Claim, Rule
from layerscope.findings.selection import with_all_names
from layerscope.index.cause import Cause


def _find(case: Case) -> Iterator[Claim]:
    for group in case.index.superseded:
        if group.cause is Cause.REPEATED_IN_LAYER:
            rows = np.array(group.rows, dtype=np.int64)
            yield Claim(
                subject=f"layer {group.layer}",
                rows=with_all_names(case, rows),
                evidence=(tell_instruction(case, group.layer, "repeats them"), *list_files(case, rows)),
            )


RULE = Rule(
    id="repeated-in-layer",
    title="files are several times in one layer",
    find=_find,
    why="An archive may name a path more than once; only its last entry counts, and all are shipped.",
    fix="Let the tool that wrote this layer write each path once; builders that run a Dockerfile do.",
    dockerfile=("COPY app/ /app/",),
    least_bytes=1_000,
    order=70,
)
