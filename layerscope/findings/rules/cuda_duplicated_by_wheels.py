"""CUDA libraries of the system that Python wheels bring a second time."""

from collections.abc import Container, Iterator
from collections.abc import Set as AbstractSet

import numpy as np

from layerscope.detectors.detector import Group
from layerscope.findings.case import Case
from layerscope.findings.needs import Need, chains, needs_of, reach
from layerscope.findings.rule import Claim, Confidence, Rule
from layerscope.probes.elf import ELF, ElfFacts
from layerscope.twins import find_twins
from layerscope.units import human_bytes, safe_text


def _find(case: Case) -> Iterator[Claim]:
    """The system's copies that nobody needs, and apart from them those that somebody does."""
    libraries = _system_libraries(case)
    copies = _system_copies(case, libraries)
    if not copies:
        return
    sonames = {row: libraries[row].soname or "" for row in copies}
    needs, needed_by = chains(libraries.values())
    users = _users(case, reach(sonames.values(), needed_by))
    others = [need for need in users if not _is_python(case, need)]
    wanted = reach((need.soname for need in others), needs)
    free = [row for row in copies if sonames[row] not in wanted]
    needed = [row for row in copies if sonames[row] in wanted]
    left = reach((sonames[row] for row in free), needed_by)
    by_python = [need for need in users if _is_python(case, need) and need.soname in left]
    if free:
        yield Claim(
            rows=np.array(free, dtype=np.int64),
            evidence=(*_pairs(case, copies, free), *(_says(case, need) for need in by_python[:5])),
            confidence=Confidence.MEDIUM if by_python else Confidence.HIGH,
        )
    if needed:
        inner = sorted((name, other) for name in wanted for other in needs.get(name, frozenset()) if other in wanted)
        yield Claim(
            subject="needed",
            rows=np.array(needed, dtype=np.int64),
            is_promised=False,
            evidence=(*(_says(case, need) for need in others[:20]), *(_chain(*pair) for pair in inner[:20])),
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


def _users(case: Case, sonames: AbstractSet[str]) -> list[Need]:
    """Who names one of the libraries and would find the system's, unless it is the toolkit's own or a CUDA wheel's."""
    groups = [item.group for item in case.classification.detectors]
    of_rows = case.classification.of_rows
    return [
        need
        for need in needs_of(case, sonames)
        if (need.found is None or groups[of_rows[need.found]] is Group.CUDA)
        and groups[of_rows[need.row]] not in (Group.CUDA, Group.CUDA_WHEELS)
    ]


def _is_python(case: Case, need: Need) -> bool:
    """Whether a wheel brought the file: it is loaded by an interpreter that has loaded the wheels' libraries."""
    return (case.package_of(need.row) or "").startswith("python:")


def _pairs(case: Case, copies: dict[int, int], rows: list[int]) -> Iterator[str]:
    largest = sorted(rows, key=lambda row: -int(case.index.sizes[row]))
    for row in largest[:10]:
        size = human_bytes(int(case.index.sizes[row]))
        yield f"{size}: /{_path(case, row)} is /{_path(case, copies[row])}"
    if len(rows) > 10:
        yield f"and {len(rows) - 10} more"


def _says(case: Case, need: Need) -> str:
    where = "names no folder that has it" if need.found is None else f"finds /{_path(case, need.found)}"
    return f"/{_path(case, need.row)} needs {safe_text(need.soname)} and {where}"


def _chain(soname: str, needed: str) -> str:
    return f"{safe_text(soname)} needs {safe_text(needed)}"


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
