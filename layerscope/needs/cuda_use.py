"""Who loads the libraries of the system's CUDA today, and who would find none without them.

Every live ELF file is followed twice, with the system's CUDA and without. Python's extensions are followed in the
company that they have: the interpreter, and what importing torch maps where torch is installed beside them.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet

from msgspec import Struct, field

from layerscope.index.layer_stack import LayerStack
from layerscope.index.owners import Owners
from layerscope.loading.host_libraries import is_host_library
from layerscope.loading.load_tree import LoadTree, Need
from layerscope.loading.loader import Loader
from layerscope.needs.cuda_major import cuda_major
from layerscope.needs.python_processes import Site, Sites
from layerscope.probes.elf import ElfFacts

# Images have some dozens; only one that was made for it has more.
_LOSSES_LIMIT = 500_000
# Wheels may have CUDA's libraries beside torch's, which others have as well; these only torch has.
_TORCHS = ("libtorch", "libc10", "libcaffe2", "libshm")


class Loss(Struct, frozen=True):
    """A file that would not find a library; `because` names the direct wish that leads to it.

    `lacks_already` has what the file does not find today either. With `is_found_beside_torch` the library is there once
    torch is imported, and with `needs_torch` the file names one of torch's own, so that torch comes first.
    `other_major` is the CUDA of a library of the same name that it would get instead.
    """

    row: int
    because: int
    lacks_already: tuple[str, ...]
    is_found_beside_torch: bool
    needs_torch: bool
    other_major: int | None = None


class LibraryUse(Struct, frozen=True):
    """A library of the system's CUDA: the files outside of it that map it today, and those that would lose it."""

    row: int
    soname: str
    loaded_by: tuple[int, ...]
    losses: tuple[Loss, ...]


class _Found(Struct):
    names: dict[int, str] = field(default_factory=dict)
    loaded_by: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    losses: dict[int, list[Loss]] = field(default_factory=lambda: defaultdict(list))
    count: int = 0

    def add(self, library: int, loss: Loss) -> None:
        self.count += 1
        if self.count > _LOSSES_LIMIT:
            raise ValueError(f"over {_LOSSES_LIMIT} times a file would lose a library")
        self.losses[library].append(loss)


def find_uses(
    stack: LayerStack, owners: Owners, facts: Mapping[int, ElfFacts], loader: Loader, of_cuda: AbstractSet[int]
) -> tuple[LibraryUse, ...]:
    """Every library of `of_cuda` that anything else maps; raises ValueError where there is too much to follow."""
    return _Uses(stack, owners, facts, loader, of_cuda).find()


class _Beside(Struct, frozen=True):
    """What a file loses beside torch, what it lacks there today, what torch maps, and whether it names torch's own."""

    lost: AbstractSet[int]
    missing: tuple[Need, ...]
    sonames: Mapping[str, int]
    needs_torch: bool


class _Uses:
    def __init__(
        self,
        stack: LayerStack,
        owners: Owners,
        facts: Mapping[int, ElfFacts],
        loader: Loader,
        of_cuda: AbstractSet[int],
    ) -> None:
        self._stack, self._owners, self._facts = stack, owners, facts
        self._loader, self._less = loader, loader.without(of_cuda)
        self._of_cuda = of_cuda
        self._sites = Sites(stack, facts)
        self._beside: dict[tuple[bytes, bool], tuple[int, ...]] = {}

    def find(self) -> tuple[LibraryUse, ...]:
        """Follow every file whose needs may lead to CUDA by their names, which are few."""
        found = _Found()
        for row in _leading_to(self._sites.paths, self._facts, self._of_cuda):
            today = self._loader.load(row, program=self._program(row))
            mapped = [(need.row, need.name) for need in today.mapped if need.row in self._of_cuda]
            for library, name in mapped:
                if library is not None and not is_host_library(name):
                    found.names.setdefault(library, self._facts[library].soname or name)
                    found.loaded_by[library].append(row)
            if mapped:
                for library, loss in self._losses(row, today):
                    found.add(library, loss)
        return tuple(
            LibraryUse(row, found.names[row], tuple(found.loaded_by[row]), tuple(found.losses[row]))
            for row in sorted(found.names, key=lambda row: (found.names[row], row))
        )

    def _losses(self, row: int, today: LoadTree) -> Iterator[tuple[int, Loss]]:
        program, site = self._program(row), self._sites.of(row)
        after = self._less.load(row, program=program)
        lost = self._lost(today, after)
        if not lost:
            return
        beside = self._beside_torch(row, site)
        missing = today.missing if beside is None else beside.missing
        lacks = tuple(dict.fromkeys(need.name for need in missing))
        for library, (because, major) in lost.items():
            is_found = beside is not None and library not in beside.lost and self._is_same_cuda(library, beside.sonames)
            needs_torch = beside is not None and beside.needs_torch
            yield library, Loss(row, because, lacks, is_found, needs_torch, major)

    def _lost(self, today: LoadTree, after: LoadTree) -> dict[int, tuple[int, int | None]]:
        """The rows of CUDA that are mapped today and have no heir, with who wants them and a false heir's major."""
        missing = {need.name for need in after.missing}
        heirs = {need.name: need.row for need in after.mapped}
        gone: dict[int, tuple[int, int | None]] = {}
        for need in today.mapped:
            if need.row not in self._of_cuda or need.row is None or is_host_library(need.name):
                continue
            heir = heirs.get(need.name)
            if heir is not None:
                major = self._other_major(need.row, heir)
                if major is not None:
                    gone[need.row] = (need.wanted_by, major)
            elif need.name in missing or need.wanted_by in gone:
                gone[need.row] = (need.wanted_by, None)
        return gone

    def _other_major(self, row: int, heir: int) -> int | None:
        before, after = (cuda_major(each, self._facts[each], self._stack, self._owners) for each in (row, heir))
        return after if before is not None and after is not None and before != after else None

    def _beside_torch(self, row: int, site: Site | None) -> "_Beside | None":
        """The same question once torch is imported; None where there is none, or the file is torch's own."""
        if site is None or not site.torch or row in site.torch:
            return None
        loaded = self._loaded(site, is_less=True)
        now = self._loader.load(row, self._loaded(site, is_less=False), site.program)
        after = self._less.load(row, loaded, site.program)
        sonames = {soname: each for each in loaded if (soname := self._facts[each].soname)}
        needs_torch = any(name in sonames and name.startswith(_TORCHS) for name in self._facts[row].needed)
        return _Beside(self._lost(now, after).keys(), now.missing, sonames, needs_torch)

    def _is_same_cuda(self, row: int, sonames: Mapping[str, int]) -> bool:
        heir = sonames.get(self._facts[row].soname or "")
        return heir is None or self._other_major(row, heir) is None

    def _loaded(self, site: Site, *, is_less: bool) -> tuple[int, ...]:
        key = site.folder, is_less
        if key not in self._beside:
            self._beside[key] = site.loaded_by_torch(self._less if is_less else self._loader)
        return self._beside[key]

    def _program(self, row: int) -> int | None:
        site = self._sites.of(row)
        return site.program if site and not self._facts[row].interpreter else None


def _leading_to(paths: Mapping[int, bytes], facts: Mapping[int, ElfFacts], of_cuda: AbstractSet[int]) -> list[int]:
    """The files outside CUDA from which names of libraries lead into it, by whatever way, in order.

    Names are compared without their versions, since links may have others than the libraries themselves.
    """
    wanting: dict[str, set[int]] = defaultdict(set)
    for row, each in facts.items():
        for name in each.needed:
            wanting[_stem(name)].add(row)
    ahead = list(of_cuda & facts.keys())
    seen = set(ahead)
    while ahead:
        row = ahead.pop()
        for name in (facts[row].soname or "", paths[row].decode("utf-8", "surrogateescape")):
            fresh = wanting.pop(_stem(name), set()) - seen
            seen |= fresh
            ahead += fresh
    return sorted(row for row in seen - of_cuda if facts[row].type in ("exec", "dyn"))


def _stem(name: str) -> str:
    return name.rpartition("/")[2].partition(".so")[0]
