"""What the workload of an image needs of the CUDA that lies in its system, with evidence."""

from collections.abc import Collection, Iterator, Mapping

import numpy as np
from msgspec import Struct

from layerscope.classify import Classification
from layerscope.index.layer_stack import LayerStack
from layerscope.index.owners import Owners
from layerscope.layers.columns import Mask
from layerscope.needs.cuda_use import LibraryUse, find_uses
from layerscope.needs.known import known_needs
from layerscope.needs.linked import linked_needs, unfollowed_need
from layerscope.needs.source import environment_needs, source_needs
from layerscope.needs.system_need import Certainty, SystemNeed
from layerscope.needs.workload import Workload, read_workload
from layerscope.oci.image import Image
from layerscope.probes.elf import ElfFacts

_COMPILED_AHEAD = b"deepspeed/ops/"


class Uses(Struct, frozen=True):
    """Who loads libraries today and would miss them; `problem` says why they could not all be followed."""

    libraries: tuple[LibraryUse, ...]
    problem: str | None = None


class SystemNeeds(Struct, frozen=True, eq=False):
    """What the workload is, who in it loads libraries of the system's CUDA, and what it needs of that."""

    workload: Workload
    uses: Uses
    needs: tuple[SystemNeed, ...]


def read_needs(image: Image, stack: LayerStack, owners: Owners, classification: Classification) -> SystemNeeds:
    """Find it all out, which needs no content but what probes have read."""
    workload = read_workload(image, stack, owners, classification)
    uses = find_system_uses(workload)
    return SystemNeeds(workload, uses, find_needs(workload, uses))


def find_system_uses(workload: Workload) -> Uses:
    """Who loads the libraries of the system's CUDA."""
    return _find_uses(workload, np.flatnonzero(workload.parts.is_cuda).tolist())


def find_needs(workload: Workload, uses: Uses) -> tuple[SystemNeed, ...]:
    """Ask libraries, packages, source and configuration; what is certain comes first.

    `uses` are those of the system's CUDA.
    """
    stack, installed, parts = workload.stack, workload.installed, workload.parts
    libraries = _libraries(workload.facts, parts.is_cuda)
    sources = workload.sources
    found = [
        *_linked(workload, uses),
        *known_needs(installed, parts, sources.words.keys(), _compiled_ahead(stack, workload.facts), libraries),
        *source_needs(sources, stack, parts, installed, libraries),
        *environment_needs(workload.image, parts, libraries),
    ]
    return tuple(sorted(found, key=lambda need: (need.certainty is Certainty.POSSIBLE, need.kind.value, need.what)))


def find_linked(workload: Workload, rows: Collection[int]) -> Iterator[SystemNeed]:
    """Which of these live rows libraries and programs load, and would find nowhere else."""
    return _linked(workload, _find_uses(workload, rows))


def _find_uses(workload: Workload, rows: Collection[int]) -> Uses:
    try:
        return Uses(find_uses(workload.stack, workload.owners, workload.facts, workload.loader, frozenset(rows)))
    except ValueError as error:
        return Uses((), str(error))


def _linked(workload: Workload, uses: Uses) -> Iterator[SystemNeed]:
    if uses.problem:
        yield unfollowed_need(uses.problem)
    yield from linked_needs(uses.libraries, workload.stack, workload.installed)


def _libraries(facts: Mapping[int, ElfFacts], is_cuda: Mask) -> dict[str, tuple[int, ...]]:
    """The rows of the system's CUDA libraries by SONAME."""
    found: dict[str, tuple[int, ...]] = {}
    for row, each in facts.items():
        if is_cuda[row] and each.soname:
            found[each.soname] = (*found.get(each.soname, ()), row)
    return found


def _compiled_ahead(stack: LayerStack, facts: Mapping[int, ElfFacts]) -> frozenset[str]:
    """Distributions whose operators were compiled when they were installed."""
    is_there = any(_COMPILED_AHEAD in stack.path(row) for row in facts)
    return frozenset({"deepspeed"} if is_there else ())
