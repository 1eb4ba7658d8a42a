"""Rows of the screen CUDA/ML: libraries of CUDA and others that hold GPU code, and where each lies again."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from enum import Enum

from msgspec import Struct

from layerscope.analysis import Analysis
from layerscope.detectors.detector import Group
from layerscope.index.owners import UNOWNED
from layerscope.probes.elf import ElfFacts
from layerscope.tui.view_model.advice import advice_about
from layerscope.tui.view_model.detail import Detail, section
from layerscope.tui.view_model.file_rows import FileRows
from layerscope.twins import base_soname, live_libraries
from layerscope.units import human_bytes, safe_text

_ARCHITECTURES_SHOWN, _USERS_SHOWN = 12, 5
_CUDA = frozenset((Group.CUDA, Group.CUDA_WHEELS))


class Likeness(Enum):
    """What a copy is to the library's other copies: the same bytes, the same library in other bytes, another build."""

    SAME = "= "
    TWIN = "≈ "
    OTHER = "≠ "
    ONLY = ""


class LibraryRow(Struct, frozen=True):
    """All live copies of a library by its SONAME; `rows` are the biggest first, `likenesses` go with them.

    `gpu_bytes` are sections that hold GPU code or may; None where some could not be read. `waste_bytes` is what one
    content instead of equal ones, and of twins, would spare.
    """

    name: str
    rows: tuple[int, ...]
    likenesses: tuple[Likeness, ...]
    size_bytes: int
    gpu_bytes: int | None
    waste_bytes: int


def library_rows(analysis: Analysis) -> tuple[LibraryRow, ...]:
    """Libraries that belong to CUDA or hold GPU code: those that waste most first, then the biggest."""
    copies: dict[str, dict[int, ElfFacts]] = defaultdict(dict)
    for row, facts in live_libraries(analysis.index):
        if facts.type == "dyn" and (facts.device_sections or _group(analysis, row) in _CUDA):
            copies[_name(analysis, row, facts)][row] = facts
    kinds = _Kinds(analysis)
    rows = (_library(analysis, name, same, kinds) for name, same in copies.items())
    return tuple(sorted(rows, key=lambda row: (-row.waste_bytes, -row.size_bytes, row.name)))


def library_detail(analysis: Analysis, library: LibraryRow) -> Detail:
    """Where a library lies, who brought each copy, what the copies are to each other, and what spares some."""
    likenesses = dict(zip(library.rows, library.likenesses, strict=True))
    return Detail(
        library.name,
        (
            *section("Live copies", f"{len(library.rows)}, {human_bytes(library.size_bytes)}"),
            *section("There again", human_bytes(library.waste_bytes) if library.waste_bytes else ""),
            *section("GPU code", *_gpu_code(analysis, library)),
            *section("Who loads the system's copy", *_uses(analysis, library)),
            *section("What to do", *advice_about(analysis, library.rows)),
        ),
        FileRows(analysis, library.rows, lambda row: f"{likenesses[row].value}{owner_text(analysis, row)}"),
    )


def _gpu_code(analysis: Analysis, library: LibraryRow) -> Iterator[str]:
    """What all copies have for GPUs, by architecture where that was read."""
    if library.gpu_bytes is None:
        yield "unknown, the file passed by"
    elif library.gpu_bytes:
        yield human_bytes(library.gpu_bytes)
    sums: Counter[str] = Counter()
    for code in analysis.device_code.libraries if analysis.device_code else ():
        if code.row in library.rows:
            for entry in code.code.entries:
                sums[f"{entry.architecture} {entry.kind}"] += entry.size_bytes
    for name, size_bytes in sums.most_common(_ARCHITECTURES_SHOWN):
        yield f"{human_bytes(size_bytes)}  {name}"


def _uses(analysis: Analysis, library: LibraryRow) -> Iterator[str]:
    """Who loads copies that lie in the system's CUDA, and who would find none without them."""
    for use in analysis.loaded_libraries:
        if use.row in library.rows:
            yield f"files: {len(use.loaded_by)}, without another copy to find: {len(use.losses)}"
            for row in [loss.row for loss in use.losses][:_USERS_SHOWN]:
                yield f"/{safe_text(analysis.index.path(row))} finds no other"


def owner_text(analysis: Analysis, row: int) -> str:
    """The package that brought an entry, as `dpkg libnccl2`."""
    number = int(analysis.owners.of_rows[row])
    if number == UNOWNED:
        return "no package"
    package = analysis.owners.packages[number]
    return safe_text(f"{package.manager} {package.name}")


class _Kinds:
    """Which live contents are the same, and which are one library in other bytes, by the numbers of their groups."""

    def __init__(self, analysis: Analysis) -> None:
        self._exact = {row: number for number, group in enumerate(analysis.index.duplicates) for row in group.rows}
        self._twins = {row: number for number, twin in enumerate(analysis.twins) for row in twin.rows}
        self._twin_waste = [twin.waste_bytes for twin in analysis.twins]

    def likenesses(self, rows: tuple[int, ...]) -> tuple[Likeness, ...]:
        """What each copy is to the others."""
        if len(rows) == 1:
            return (Likeness.ONLY,)
        has_equal, has_twin = _several(self._exact, rows), _several(self._twins, rows)
        return tuple(
            Likeness.SAME if has_equal(row) else Likeness.TWIN if has_twin(row) else Likeness.OTHER for row in rows
        )

    def waste_bytes(self, rows: tuple[int, ...], size_of: Callable[[int], int]) -> int:
        """What the copies would spare: equal contents but one, and of twins all contents but the largest."""
        seen: set[int] = set()
        spared_bytes = 0
        for row in rows:
            number = self._exact.get(row)
            if number is not None and number in seen:
                spared_bytes += size_of(row)
            elif number is not None:
                seen.add(number)
        twins = {self._twins[row] for row in rows if row in self._twins}
        return spared_bytes + sum(self._twin_waste[number] for number in twins)


def _several(groups: Mapping[int, int], rows: tuple[int, ...]) -> Callable[[int], bool]:
    """Whether a row's group has another of the rows."""
    counts = Counter(groups[row] for row in rows if row in groups)
    return lambda row: row in groups and counts[groups[row]] > 1


def _library(analysis: Analysis, name: str, same: dict[int, ElfFacts], kinds: _Kinds) -> LibraryRow:
    sizes = analysis.index.sizes
    rows = tuple(sorted(same, key=lambda row: (-int(sizes[row]), row)))
    is_partial = any(facts.is_partial for facts in same.values())
    gpu_bytes = sum(part.size_bytes for facts in same.values() for part in facts.device_sections)
    return LibraryRow(
        name,
        rows,
        kinds.likenesses(rows),
        sum(int(sizes[row]) for row in rows),
        None if is_partial and not gpu_bytes else gpu_bytes,
        kinds.waste_bytes(rows, lambda row: int(sizes[row])),
    )


def _group(analysis: Analysis, row: int) -> Group:
    classification = analysis.classification
    return classification.detectors[int(classification.of_rows[row])].group


def _name(analysis: Analysis, row: int, facts: ElfFacts) -> str:
    """A library's name; a module without a SONAME is told by the name of its file."""
    if facts.soname:
        return safe_text(base_soname(facts.soname))
    return safe_text(analysis.index.path(row).rpartition(b"/")[2])
