"""CUDA libraries of the system that Python wheels bring a second time."""

from collections.abc import Container, Iterator, Sequence

import numpy as np

from layerscope.detectors.detector import Group
from layerscope.findings.case import Case
from layerscope.findings.rule import Claim, Confidence, Rule
from layerscope.needs.system_need import Certainty, SystemNeed
from layerscope.probes.elf import ELF, ElfFacts
from layerscope.twins import find_twins
from layerscope.units import human_bytes, safe_text

_NEEDS_SHOWN = 20
_EVIDENCE_SHOWN = 3


def _find(case: Case) -> Iterator[Claim]:
    """The system's copies that nobody needs, and apart from them those that somebody does."""
    libraries = _system_libraries(case)
    copies = _system_copies(case, libraries)
    if not copies:
        return
    wanting = [need for need in case.system.needs if not copies.keys().isdisjoint(need.met_by)]
    certain = [need for need in wanting if need.certainty is Certainty.CERTAIN]
    wanted = {row for need in certain for row in need.met_by}
    free = [row for row in copies if row not in wanted]
    if free:
        possible = [need for need in wanting if need not in certain and not wanted.issuperset(need.met_by)]
        yield Claim(
            rows=np.array(free, dtype=np.int64),
            evidence=(*_pairs(case, copies, free), *_says(possible)),
            confidence=Confidence.MEDIUM if possible else Confidence.HIGH,
        )
    if needed := [row for row in copies if row in wanted]:
        yield Claim(
            subject="needed",
            rows=np.array(needed, dtype=np.int64),
            is_promised=False,
            evidence=tuple(_says(certain)),
            fix="Files outside the wheels load the system's copies, which can go once those find the wheels' ones.",
            confidence=Confidence.LOW,
        )


def _system_libraries(case: Case) -> dict[int, ElfFacts]:
    """The system's live CUDA libraries."""
    is_live, of_rows = case.is_live, case.classification.of_rows
    is_system = [item.group is Group.CUDA for item in case.classification.detectors]
    return {row: facts for row, facts in case.facts(ELF) if facts.soname and is_live[row] and is_system[of_rows[row]]}


def _system_copies(case: Case, libraries: Container[int]) -> dict[int, int]:
    """Those of which a wheel has a copy, with a row of that copy."""
    groups = [item.group for item in case.classification.detectors]
    of_rows = case.classification.of_rows
    same = [group.rows for group in case.index.duplicates] + [twin.rows for twin in find_twins(case.index, case.owners)]
    copies: dict[int, int] = {}
    for rows in same:
        wheels = [row for row in rows if groups[of_rows[row]] is Group.CUDA_WHEELS]
        if wheels:
            copies |= {row: wheels[0] for row in rows if row in libraries}
    return copies


def _pairs(case: Case, copies: dict[int, int], rows: list[int]) -> Iterator[str]:
    largest = sorted(rows, key=lambda row: -int(case.index.sizes[row]))
    for row in largest[:10]:
        size = human_bytes(int(case.index.sizes[row]))
        yield f"{size}: /{_path(case, row)} is /{_path(case, copies[row])}"
    if len(rows) > 10:
        yield f"and {len(rows) - 10} more"


def _says(needs: Sequence[SystemNeed]) -> Iterator[str]:
    """Who needs what, a few of each."""
    for need in needs[:_NEEDS_SHOWN]:
        yield from need.evidence[:_EVIDENCE_SHOWN]


def _path(case: Case, row: int) -> str:
    return safe_text(case.index.path(case.index.name_row(row)))


RULE = Rule(
    id="cuda-duplicated-by-wheels",
    title="CUDA libraries are there twice: from the base image and from Python wheels",
    find=_find,
    why="torch and its kin bring their own CUDA libraries as wheels, and load those: the system's copies lie idle.",
    fix="Use a base image without the toolkit's libraries: nvidia/cuda's base variant, or plain Ubuntu or Debian.",
    dockerfile=("FROM nvidia/cuda:<version>-base-<os>",),
    least_bytes=1 << 20,
    order=30,
)
