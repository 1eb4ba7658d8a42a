"""Who would load a library from where: what of the system's loader has to be known to say that a copy can go."""

from collections.abc import Iterator
from dataclasses import dataclass

from layerscope.findings.case import Case
from layerscope.layers.names import normalise
from layerscope.probes.elf import ELF, ElfFacts


@dataclass(frozen=True, slots=True)
class Need:
    """A live file that names a library, and whether it finds one by its own search path."""

    row: int
    soname: str
    finds_its_own: bool


def needs_of(case: Case, sonames: frozenset[str]) -> Iterator[Need]:
    """Every live ELF file that names one of these libraries (ld.so(8): DT_RPATH and DT_RUNPATH, `$ORIGIN`)."""
    is_live = case.is_live
    for row, facts in case.facts(ELF):
        if is_live[row]:
            for soname in sonames.intersection(facts.needed):
                yield Need(row, soname, _finds(case, row, facts, soname))


def _finds(case: Case, row: int, facts: ElfFacts, soname: str) -> bool:
    origin = "/" + case.index.path(row).rpartition(b"/")[0].decode("utf-8", "surrogateescape")
    search = facts.runpath if facts.runpath is not None else facts.rpath
    folders = [part.replace("${ORIGIN}", "$ORIGIN").replace("$ORIGIN", origin) for part in (search or "").split(":")]
    candidates = [
        normalise(f"{folder}/{soname}".encode("utf-8", "surrogateescape")) for folder in folders if folder[:1] == "/"
    ]
    return any(case.is_visible(path) for path in candidates)
