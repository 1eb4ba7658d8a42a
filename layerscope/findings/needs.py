"""Who would load a library from where: what of the system's loader has to be known to say that a copy can go."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from layerscope.findings.case import Case
from layerscope.probes.elf import ELF, ElfFacts

Edges = Mapping[str, AbstractSet[str]]
"""Names of libraries, and of those that each of them leads to."""

# Real search paths have a dozen folders; what stands behind so many is not looked for, so that nobody finds it.
_FOLDERS_LIMIT = 256


@dataclass(frozen=True, slots=True)
class Need:
    """A live file that names a library; `found` is the row that its own search path leads to, None for none."""

    row: int
    soname: str
    found: int | None


def needs_of(case: Case, sonames: AbstractSet[str]) -> Iterator[Need]:
    """Every live ELF file that names one of these libraries (ld.so(8): DT_RPATH and DT_RUNPATH, `$ORIGIN`)."""
    is_live = case.is_live
    for row, facts in case.facts(ELF):
        if is_live[row]:
            for soname in sorted(sonames & set(facts.needed)):
                yield Need(row, soname, _find(case, row, facts, soname))


def chains(libraries: Iterable[ElfFacts]) -> tuple[Edges, Edges]:
    """What each of some libraries needs, and by which of them each is needed."""
    needs: dict[str, set[str]] = defaultdict(set)
    needed_by: dict[str, set[str]] = defaultdict(set)
    for facts in libraries:
        soname = facts.soname or ""
        for needed in facts.needed:
            needs[soname].add(needed)
            needed_by[needed].add(soname)
    return needs, needed_by


def reach(starts: Iterable[str], edges: Edges) -> frozenset[str]:
    """The starts, and all that they lead to."""
    seen = set(starts)
    ahead = list(seen)
    while ahead:
        found = edges.get(ahead.pop(), frozenset()) - seen
        seen |= found
        ahead += found
    return frozenset(seen)


def _find(case: Case, row: int, facts: ElfFacts, soname: str) -> int | None:
    origin = "/" + case.index.path(row).rpartition(b"/")[0].decode("utf-8", "surrogateescape")
    search = facts.runpath if facts.runpath is not None else facts.rpath
    parts = list(dict.fromkeys((search or "").split(":", _FOLDERS_LIMIT)[:_FOLDERS_LIMIT]))
    folders = [part.replace("${ORIGIN}", "$ORIGIN", 1).replace("$ORIGIN", origin, 1) for part in parts]
    # Not shortened where a folder goes up: what is above a link is not what is above its target.
    paths = [f"{folder}/{soname}".strip("/") for folder in folders if folder[:1] == "/"]
    found = case.rows_at(path.encode("utf-8", "surrogateescape") for path in paths).tolist()
    return next((row for row in found if row >= 0), None)
