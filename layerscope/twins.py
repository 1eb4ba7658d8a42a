"""Functional duplicates: one library at several places in different bytes, patched, stripped or repackaged."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from msgspec import Struct

from layerscope.index.apply import LIVE
from layerscope.index.file_index import FileIndex
from layerscope.index.layer_stack import LayerStack
from layerscope.index.owners import UNOWNED, Owners
from layerscope.probes.elf import ELF, ElfFacts

# auditwheel and delvewheel put eight digits of a hash into the names of the libraries that they copy.
_HASHED = re.compile(r"[-.][0-9a-f]{8}(?=\.so)")
_UPSTREAM = re.compile(r"(?:\d+:)?([0-9][0-9A-Za-z.]*)")
_LEAST_BYTES = 1 << 16
# Two builds of one version have about the same size; what differs by more is something else under the same name.
_MOST_DIFFERENCE = 2


class Library(Struct, frozen=True):
    """A live shared library: its row, what it calls itself, and who brought it in which upstream version."""

    row: int
    soname: str
    build_id: str | None
    size_bytes: int
    manager: str | None
    version: str | None


class FunctionalDuplicate(Struct, frozen=True):
    """One library in several contents; `rows` are all its copies, the largest first.

    `waste_bytes` is what all contents but the largest take, each counted once: equal copies are exact duplicates.
    """

    soname: str
    version: str | None
    build_id: str | None
    rows: tuple[int, ...]
    waste_bytes: int


def live_libraries(index: LayerStack) -> Iterator[tuple[int, ElfFacts]]:
    """The live ELF files with their rows."""
    for scan, start in zip(index.scans, index.bounds.tolist(), strict=False):
        for fact in scan.facts:
            if fact.probe == ELF and index.hidden_by[start + fact.row] == LIVE:
                yield start + fact.row, fact.value


def base_soname(soname: str) -> str:
    """A library's name without the hash that packagers put into it."""
    return _HASHED.sub("", soname)


def find_twins(index: FileIndex, owners: Owners) -> tuple[FunctionalDuplicate, ...]:
    """Libraries that are there in more than one content, the most waste first.

    Copies are one library where name and build ID are the same, or where packages of different managers bring the
    same name in the same upstream version.
    """
    content_of = {row: group.rows[0] for group in index.duplicates for row in group.rows}
    found = []
    for same in _group(_libraries(index, owners)):
        by_content: dict[int, Library] = {content_of.get(item.row, item.row): item for item in same}
        if len(by_content) > 1:
            found.append(_duplicate(same, by_content.values()))
    return tuple(sorted(found, key=lambda item: (-item.waste_bytes, item.rows)))


def _libraries(index: FileIndex, owners: Owners) -> Iterator[Library]:
    for row, facts in live_libraries(index):
        if facts.soname and facts.type == "dyn" and index.sizes[row] >= _LEAST_BYTES:
            number = int(owners.of_rows[row])
            package = None if number == UNOWNED else owners.packages[number]
            version = _UPSTREAM.match(package.version) if package else None
            yield Library(
                row,
                base_soname(facts.soname),
                facts.build_id,
                int(index.sizes[row]),
                package.manager if package else None,
                version.group(1) if version else None,
            )


def _group(libraries: Iterable[Library]) -> list[list[Library]]:
    """Libraries that are one, by build ID and by version; groups that share a member are one group."""
    known = list(libraries)
    leaders = list(range(len(known)))
    by_build: dict[tuple[str, str], int] = {}
    by_version: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, library in enumerate(known):
        if library.build_id:
            _unite(leaders, number, by_build.setdefault((library.soname, library.build_id), number))
        if library.version:
            by_version[library.soname, library.version].append(number)
    for numbers in by_version.values():
        by_size = sorted(numbers, key=lambda number: known[number].size_bytes)
        for one, two in (*_neighbours(by_size, known), *_neighbours(by_size[::-1], known)):
            if _are_of_a_size(known[one], known[two]):
                _unite(leaders, one, two)
    groups: dict[int, list[Library]] = defaultdict(list)
    for number, library in enumerate(known):
        groups[_leader(leaders, number)].append(library)
    return [group for group in groups.values() if len(group) > 1]


def _leader(leaders: list[int], number: int) -> int:
    while leaders[number] != number:
        leaders[number] = number = leaders[leaders[number]]
    return number


def _unite(leaders: list[int], one: int, two: int) -> None:
    leaders[_leader(leaders, one)] = _leader(leaders, two)


def _neighbours(numbers: list[int], known: list[Library]) -> Iterator[tuple[int, int]]:
    """Each library with the nearest one before it that another manager brought.

    From both ends this gives the groups that all pairs would, since what lies between two of them is nearer to both.
    """
    last = other = -1
    for number in numbers:
        if last >= 0 and known[number].manager != known[last].manager:
            other = last
        if other >= 0:
            yield other, number
        last = number


def _are_of_a_size(one: Library, two: Library) -> bool:
    smaller, larger = sorted((one.size_bytes, two.size_bytes))
    return larger <= _MOST_DIFFERENCE * smaller


def _duplicate(same: list[Library], contents: Iterable[Library]) -> FunctionalDuplicate:
    sizes = sorted(item.size_bytes for item in contents)
    ordered = sorted(same, key=lambda item: (-item.size_bytes, item.row))
    versions = sorted({item.version for item in same if item.version})
    build_ids = sorted({item.build_id for item in same if item.build_id})
    return FunctionalDuplicate(
        ordered[0].soname,
        versions[0] if len(versions) == 1 else None,
        build_ids[0] if len(build_ids) == 1 else None,
        tuple(item.row for item in ordered),
        sum(sizes[:-1]),
    )
