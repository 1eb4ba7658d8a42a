"""Everything that starting or loading one file maps."""

from collections.abc import Mapping

from msgspec import Struct

from layerscope.loading.conf import as_path
from layerscope.loading.host_libraries import is_host_library
from layerscope.loading.names import Steps
from layerscope.loading.search import Hit, How, Mapped, Search
from layerscope.probes.elf import ElfFacts

_MISSING_STEPS = 50


class Resolution(Struct, frozen=True):
    """Which file a name stands for, and by what it was found; both None where it is missing.

    `host` is for what the driver's host provides, and has no row.
    """

    row: int | None
    how: How | None


class Need(Struct, frozen=True):
    """A name, the row that wanted it first (for what is missing: each row), and what it stands for."""

    name: str
    wanted_by: int
    row: int | None
    how: How | None


class LoadTree(Struct, frozen=True):
    """All that starting or loading a file maps, breadth first, each content once; and what was not found."""

    row: int
    mapped: tuple[Need, ...]
    host: tuple[Need, ...]
    missing: tuple[Need, ...]

    @property
    def rows(self) -> tuple[int, ...]:
        """The file itself and all that it maps."""
        return tuple(dict.fromkeys((self.row, *(need.row for need in self.mapped if need.row is not None))))


def resolution(hit: Hit | None, name: str) -> Resolution:
    """A hit as an answer; what the image lacks may be the host's."""
    if hit is None or hit.row is None:
        return Resolution(None, "host" if is_host_library(name) else None)
    return Resolution(hit.row, hit.how)


class Process:
    """A process in the making: what is in it, and what is still to be followed."""

    def __init__(self, search: Search, facts: Mapping[int, ElfFacts], first: Mapped, steps: Steps) -> None:
        self._search, self._facts, self._steps = search, facts, steps
        self._waiting = [first]
        self._first = first.row
        self._rows: set[int] = set()
        # Names that lead to what is here already.
        self._names: set[str] = set()
        self._needs: list[Need] = []

    def know(self, row: int) -> None:
        """Note that a library is in the process."""
        self._rows.add(row)
        self.know_name(row)

    def know_name(self, row: int) -> None:
        """Note a file's SONAME alone: what a program that names itself asks for is mapped once more."""
        if (soname := self._facts[row].soname) and self._search.knows_sonames:
            self._names.add(soname)

    def begin(self, program: Mapped) -> None:
        """Let a program's dynamic linker be there; it is mapped with the program, and before all that loads later."""
        interpreter = self._facts[program.row].interpreter
        if interpreter is None:
            return
        found = resolution(self._search.find(program, as_path(interpreter)), interpreter)
        if program.row == self._first:
            self._needs.append(Need(interpreter, self._first, found.row, found.how))
        if found.row is not None:
            self.know(found.row)

    def follow(self) -> LoadTree:
        """Map what is needed, breadth first."""
        for wanter in self._waiting:
            needed = self._facts[wanter.row].needed
            self._steps.take(len(needed))
            for name in needed:
                if name not in self._names:
                    self._map(wanter, name)
        kinds: dict[bool | None, list[Need]] = {True: [], False: [], None: []}
        for need in self._needs:
            kinds[None if need.row is not None else need.how == "host"].append(need)
        return LoadTree(self._first, tuple(kinds[None]), tuple(kinds[True]), tuple(kinds[False]))

    def _map(self, wanter: Mapped, name: str) -> None:
        hit = self._search.find(wanter, as_path(name))
        found = resolution(hit, name)
        if hit is None or found.row is None:
            # What is not there is noted for everybody who wants it, which may be many.
            self._steps.take(_MISSING_STEPS)
            self._needs.append(Need(name, wanter.row, None, found.how))
            return
        # A path with `$ORIGIN` means something else to each.
        if "/" not in name and "$" not in name:
            self._names.add(name)
        if found.row not in self._rows:
            self._needs.append(Need(name, wanter.row, found.row, found.how))
            self.know(found.row)
            self._waiting.append(self._search.mapped(found.row, hit.folder, wanter))
