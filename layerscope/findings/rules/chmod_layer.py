"""Files that a later layer ships again for the sake of their mode or owner."""

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from layerscope.findings.case import Case
from layerscope.findings.changes import Changes, changes_of
from layerscope.findings.evidence import list_files, tell_instruction
from layerscope.findings.rule import Claim, Rule
from layerscope.findings.selection import superseded_groups, with_all_names
from layerscope.index.cause import Cause


def _find(case: Case) -> Iterator[Claim]:
    """One claim for each layer that changes files of the layers below."""
    by_layer: dict[int, list[tuple[int, Changes]]] = defaultdict(list)
    for group in superseded_groups(case, Cause.METADATA_ONLY):
        by_layer[group.hidden_by].append((group.layer, changes_of(case, group)))
    for layer, changes in sorted(by_layer.items()):
        if any(change.is_meant.any() for _, change in changes):
            yield _claim(case, layer, changes)


def _claim(case: Case, layer: int, changes: list[tuple[int, Changes]]) -> Claim:
    rows = np.concatenate([change.rows[change.is_meant] for _, change in changes])
    names = with_all_names(case, rows)
    writers = sorted({below for below, change in changes if change.is_meant.any()})
    return Claim(
        subject=f"layer {layer}",
        rows=names,
        fixed_in=np.full(len(names), layer, dtype=np.int64),
        other_layers=tuple(writers),
        evidence=(
            tell_instruction(case, layer, "ships them again"),
            _tell_changes([change for _, change in changes]),
            *(tell_instruction(case, below, "wrote them") for below in writers[:4]),
            *list_files(case, rows),
        ),
    )


def _tell_changes(changes: list[Changes]) -> str:
    modes = sum(int(change.has_other_mode.sum()) for change in changes)
    owners = sum(int(change.has_other_owner.sum()) for change in changes)
    return f"It changes the mode of {modes} files and the owner of {owners}, and no content."


RULE = Rule(
    id="chmod-layer",
    title="files are in the image twice because their mode or owner changed",
    find=_find,
    why="A layer holds whole files: to change the mode or owner of a file of a lower layer is to ship it again.",
    fix="Set mode and owner where the files are written: with COPY's options, or in the same RUN.",
    dockerfile=(
        "COPY --chown=1000:1000 --chmod=755 app/ /app/",
        "# or, for what a command writes:",
        "RUN make install && chown -R 1000:1000 /app",
    ),
    least_bytes=10_000,
    # Before models and wheels: what a chmod ships again goes without a decision about the files themselves.
    order=15,
)
