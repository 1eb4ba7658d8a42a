"""Whether anything would miss what goes, and what could be added so that nothing does."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import numpy as np
from msgspec import Struct

from layerscope.findings.case import Case
from layerscope.index.apply import LIVE
from layerscope.layers.columns import Integers
from layerscope.needs.find import find_linked
from layerscope.needs.system_need import Certainty, Kind, SystemNeed
from layerscope.switching.candidate import Addition, Verdict
from layerscope.switching.package_part import part_of_package
from layerscope.switching.system_packages import SystemPackages
from layerscope.switching.target import NO_CUDA, Target

# What brings a part, where whatever has it now need not be what brings it: `{}` is the CUDA release.
_BRINGERS = {
    "nvcc": ("cuda-nvcc-{}",),
    "ptxas": ("cuda-nvcc-{}",),
    "libnvvm": ("cuda-nvcc-{}",),
    "cuobjdump": ("cuda-cuobjdump-{}",),
    "headers": ("cuda-cudart-dev-{}",),
    "cupti": ("cuda-cupti-{}",),
    # gcc alone has no headers of the C library.
    "host-compiler": ("gcc", "libc6-dev"),
    "g++": ("g++",),
    "python-headers": ("python3-dev",),
}
_NAMES_OF_RPM = {
    "g++": "gcc-c++",
    "libc6-dev": "glibc-devel",
    "python3-dev": "python3-devel",
    "cuda-cudart-dev-{}": "cuda-cudart-devel-{}",
}
_SHOWN = 20


class Judgement(Struct, frozen=True, eq=False):
    """A verdict with its reasons; `added_rows` are those of the certain additions, which do not go after all."""

    verdict: Verdict
    additions: tuple[Addition, ...]
    added_rows: Integers
    evidence: tuple[str, ...]


class Judge(Struct, frozen=True):
    """What is known of an image, for one verdict after the other; `release` is that of its CUDA, such as 12.4."""

    case: Case
    packages: SystemPackages
    release: str

    def verdict(self, removed: Integers, target: Target) -> Judgement:
        """What these rows' absence would mean on a base."""
        lost = tuple(self._lost(removed))
        names = {need: tuple(self._bringers(need)) for need in lost}
        unmet = [need for need in lost if not names[need] or not _can_be_added(names[need], target)]
        wanted: dict[str, list[SystemNeed]] = defaultdict(list)
        for need in lost:
            if need not in unmet:
                for name in names[need]:
                    wanted[name].append(need)
        additions, rows = self._additions(wanted, removed)
        return Judgement(_verdict(lost, unmet), additions, rows, tuple(self._says(lost, unmet, target)))

    def _lost(self, removed: Integers) -> Iterator[SystemNeed]:
        """The needs of which nothing that meets them is left."""
        index = self.case.index
        gone = frozenset(removed[(index.hidden_by[removed] == LIVE) | index.visible[removed]].tolist())
        yield from find_linked(self.case.system.workload, gone)
        for need in self.case.system.needs:
            if need.kind is not Kind.LINKED and need.met_by and gone.issuperset(need.met_by):
                yield need

    def _bringers(self, need: SystemNeed) -> Iterator[str]:
        """The packages that would bring what is lost; none where nobody knows one."""
        if need.what in _BRINGERS:
            for name in _BRINGERS[need.what]:
                yield self._spelled(name)
            return
        owners = {self.packages.number_of(row) for row in need.met_by}
        yield from sorted({self.packages.name(number) for number in owners if number is not None})

    def _spelled(self, name: str) -> str:
        name = _NAMES_OF_RPM.get(name, name) if self.packages.are_of_rpm else name
        return name.format(self.release.replace(".", "-"))

    def _additions(
        self, wanted: Mapping[str, Sequence[SystemNeed]], removed: Integers
    ) -> tuple[tuple[Addition, ...], Integers]:
        """One addition for each package, the certain ones first; what two bring counts for the first."""
        left = np.zeros(len(self.case.index), dtype=np.bool_)
        left[removed] = True
        additions, certain_rows = [], [np.empty(0, np.int64)]
        for name, needs in sorted(wanted.items(), key=lambda item: (not _is_certain(item[1]), item[0])):
            rows = np.flatnonzero(left & self.packages.are_of(self.packages.with_dependencies([name])))
            left[rows] = False
            if _is_certain(needs):
                certain_rows.append(rows)
            size_bytes = int(self.case.index.sizes[rows].sum()) if self.packages.named([name]) else None
            additions.append(Addition(name, size_bytes, _why(needs), _is_certain(needs)))
        return tuple(additions), np.concatenate(certain_rows)

    def _says(self, lost: Sequence[SystemNeed], unmet: Collection[SystemNeed], target: Target) -> Iterator[str]:
        if not lost:
            yield f"All of {len(self.case.system.workload.facts)} programs and libraries still find what they load."
            yield "No package, source file or setting is known to ask for what goes."
        for need in lost[:_SHOWN]:
            certain = "needs" if need.certainty is Certainty.CERTAIN else "may need"
            yield f"The workload {certain} {need.what}: {need.why}"
            yield from need.evidence[:3]
            if need in unmet:
                where = "an image without CUDA's packages" if target.variant == NO_CUDA else "the new base"
                yield f"No package is known that would bring {need.what} to {where}."
        if len(lost) > _SHOWN:
            yield f"and {len(lost) - _SHOWN} more needs"


def _can_be_added(names: Iterable[str], target: Target) -> bool:
    """CUDA's packages come from NVIDIA's repository, which a plain system does not know."""
    return target.variant != NO_CUDA or all(part_of_package(name) is None for name in names)


def _verdict(lost: Sequence[SystemNeed], unmet: Iterable[SystemNeed]) -> Verdict:
    if any(need.certainty is Certainty.CERTAIN for need in unmet):
        return Verdict.UNSAFE
    return Verdict.CONDITIONAL if lost else Verdict.SAFE


def _is_certain(needs: Iterable[SystemNeed]) -> bool:
    return any(need.certainty is Certainty.CERTAIN for need in needs)


def _why(needs: Sequence[SystemNeed]) -> str:
    return " ".join(dict.fromkeys(need.why for need in needs[:3]))
