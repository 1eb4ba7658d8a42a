"""Files that one layer ships and a later one deletes."""

from collections.abc import Iterator

import numpy as np

from layerscope.findings.case import Case
from layerscope.findings.evidence import tell_instruction
from layerscope.findings.rule import Claim, Rule
from layerscope.findings.selection import superseded_groups, with_all_names
from layerscope.index.cause import Cause

_CAUSES = (Cause.DELETED, Cause.DELETED_WITH_DIRECTORY, Cause.OPAQUE)


def _find(case: Case) -> Iterator[Claim]:
    """One claim for each pair of instructions to join."""
    for group in superseded_groups(case, *_CAUSES):
        yield Claim(
            subject=f"layer {group.layer} by {group.hidden_by}, {group.cause.id}",
            rows=with_all_names(case, np.array(group.rows, dtype=np.int64)),
            other_layers=(group.hidden_by,),
            evidence=(
                tell_instruction(case, group.layer, "writes them"),
                tell_instruction(case, group.hidden_by, "deletes them"),
            ),
        )


RULE = Rule(
    id="deleted-later",
    title="files are deleted in a later layer",
    find=_find,
    why="A layer cannot take bytes out of the one below it: what it deletes is still shipped and pulled.",
    fix="Delete the files in the instruction that writes them, or mount what is needed only while building.",
    dockerfile=(
        "RUN --mount=type=bind,source=wheels,target=/wheels pip install --no-index --find-links=/wheels app",
        "RUN make-something && rm -rf /what/it/left",
    ),
    order=90,
)
