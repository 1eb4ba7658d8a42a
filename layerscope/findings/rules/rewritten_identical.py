"""Files that a later layer writes again as they were."""

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from layerscope.findings.case import Case
from layerscope.findings.changes import changes_of
from layerscope.findings.evidence import list_files, tell_instruction
from layerscope.findings.rule import Claim, Rule
from layerscope.findings.selection import superseded_groups, with_all_names, without_state
from layerscope.index.cause import Cause
from layerscope.index.superseded import SupersededGroup
from layerscope.layers.columns import Integers


def _find(case: Case) -> Iterator[Claim]:
    """One claim for each layer that writes files again."""
    by_layer: dict[int, list[Integers]] = defaultdict(list)
    for group in superseded_groups(case, Cause.REWRITTEN_IDENTICAL, Cause.METADATA_ONLY):
        by_layer[group.hidden_by].append(_rows(case, group))
    for layer, parts in sorted(by_layer.items()):
        rows = without_state(case, np.concatenate(parts))
        if not len(rows):
            continue
        names = with_all_names(case, rows)
        writers = sorted(set(case.index.layers[rows].tolist()))
        yield Claim(
            subject=f"layer {layer}",
            rows=names,
            fixed_in=np.full(len(names), layer, dtype=np.int64),
            evidence=(
                tell_instruction(case, layer, "writes them again"),
                *(tell_instruction(case, below, "wrote them") for below in writers[:4]),
                *list_files(case, rows),
            ),
        )


def _rows(case: Case, group: SupersededGroup) -> Integers:
    """The rows that came back the same, or with no more than another time."""
    if group.cause is Cause.REWRITTEN_IDENTICAL:
        return np.array(group.rows, dtype=np.int64)
    changes = changes_of(case, group)
    return changes.rows[~changes.is_meant]


RULE = Rule(
    id="rewritten-identical",
    title="files are written twice with the same content",
    find=_find,
    why="A layer that writes a file again holds it again, even if nothing about its content is new.",
    fix="Write or copy these files once: copy only what is missing, and install each package in one place.",
    dockerfile=(
        "COPY requirements.txt /app/",
        "RUN pip install --no-cache-dir -r /app/requirements.txt",
        "COPY src/ /app/src/",
    ),
    least_bytes=100_000,
    order=70,
)
