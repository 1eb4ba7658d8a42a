"""CUDA libraries of the system that Python wheels bring a second time."""

from collections.abc import Iterator

import numpy as np

from layerscope.detectors.detector import Group
from layerscope.findings.case import Case
from layerscope.findings.needs import Need, needs_of
from layerscope.findings.rule import Claim, Confidence, Rule
from layerscope.probes.elf import ELF
from layerscope.twins import find_twins
from layerscope.units import human_bytes, safe_text


def _find(case: Case) -> Iterator[Claim]:
    """The system's copies that nobody needs, and apart from them those that somebody does."""
    copies = _system_copies(case)
    if not copies:
        return
    sonames = {row: facts.soname for row, facts in case.facts(ELF) if row in copies and facts.soname}
    users = _users(case, frozenset(sonames.values()))
    others = [need for need in users if not _is_python(case, need)]
    wanted = {need.soname for need in others}
    free = [row for row in copies if sonames[row] not in wanted]
    needed = sorted(set(copies) - set(free))
    left = {sonames[row] for row in free}
    by_python = [need for need in users if _is_python(case, need) and need.soname in left]
    if free:
        yield Claim(
            rows=np.array(free, dtype=np.int64),
            evidence=(*_pairs(case, copies, free), *(_says(case, need) for need in by_python[:5])),
            confidence=Confidence.MEDIUM if by_python else Confidence.HIGH,
        )
    if needed:
        yield Claim(
            subject="needed",
            rows=np.array(needed, dtype=np.int64),
            is_promised=False,
            evidence=tuple(_says(case, need) for need in others[:20]),
            fix="Files outside the wheels load the system's copies, which can go once those find the wheels' ones.",
            confidence=Confidence.LOW,
        )


def _system_copies(case: Case) -> dict[int, int]:
    """The system's live CUDA libraries of which a wheel has a copy, with a row of that copy."""
    groups = [item.group for item in case.classification.detectors]
    of_rows = case.classification.of_rows
    same = [group.rows for group in case.index.duplicates] + [twin.rows for twin in find_twins(case.index, case.owners)]
    libraries = {row for row, facts in case.facts(ELF) if facts.soname}
    copies: dict[int, int] = {}
    for rows in same:
        wheels = [row for row in rows if groups[of_rows[row]] is Group.CUDA_WHEELS]
        if wheels:
            copies |= {row: wheels[0] for row in rows if groups[of_rows[row]] is Group.CUDA and row in libraries}
    return copies


def _users(case: Case, sonames: frozenset[str]) -> list[Need]:
    """Who names one of the libraries and would find the system's; not the toolkit's own files, which go with them."""
    groups = [item.group for item in case.classification.detectors]
    return [
        need
        for need in needs_of(case, sonames)
        if not need.finds_its_own
        and groups[case.classification.of_rows[need.row]] not in (Group.CUDA, Group.CUDA_WHEELS)
    ]


def _is_python(case: Case, need: Need) -> bool:
    """Whether a wheel brought the file: it is loaded by an interpreter that has loaded the wheels' libraries."""
    return (case.package_of(need.row) or "").startswith("python:")


def _pairs(case: Case, copies: dict[int, int], rows: list[int]) -> Iterator[str]:
    largest = sorted(rows, key=lambda row: -int(case.index.sizes[row]))
    for row in largest[:10]:
        size = human_bytes(int(case.index.sizes[row]))
        yield f"{size}: {_name(case, row)} is {_name(case, copies[row])}"
    if len(rows) > 10:
        yield f"and {len(rows) - 10} more"


def _says(case: Case, need: Need) -> str:
    return f"{_name(case, need.row)} needs {safe_text(need.soname)} and names no folder that has it"


def _name(case: Case, row: int) -> str:
    return "/" + safe_text(case.index.path(case.index.name_row(row)))


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
