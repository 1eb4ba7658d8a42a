"""What the workload of an image needs of the CUDA that lies in its system, with evidence."""

from collections.abc import Collection, Iterator, Mapping

import numpy as np

from layerscope.index.layer_stack import LayerStack
from layerscope.layers.columns import Mask
from layerscope.needs.cuda_use import find_uses
from layerscope.needs.known import known_needs
from layerscope.needs.linked import linked_needs, unfollowed_need
from layerscope.needs.source import environment_needs, source_needs
from layerscope.needs.system_need import Certainty, SystemNeed
from layerscope.needs.workload import Workload
from layerscope.probes.elf import ElfFacts

_COMPILED_AHEAD = b"deepspeed/ops/"


def find_needs(workload: Workload) -> tuple[SystemNeed, ...]:
    """Ask libraries, packages, source and configuration; what is certain comes first."""
    stack, installed, parts = workload.stack, workload.installed, workload.parts
    libraries = _libraries(workload.facts, parts.is_cuda)
    sources = workload.sources
    found = [
        *find_linked(workload, np.flatnonzero(parts.is_cuda).tolist()),
        *known_needs(installed, parts, sources.words.keys(), _compiled_ahead(stack, workload.facts), libraries),
        *source_needs(sources, stack, parts, installed, libraries),
        *environment_needs(workload.image, parts, libraries),
    ]
    return tuple(sorted(found, key=lambda need: (need.certainty is Certainty.POSSIBLE, need.kind.value, need.what)))


def find_linked(workload: Workload, rows: Collection[int]) -> Iterator[SystemNeed]:
    """Which of these live rows libraries and programs load, and would find nowhere else."""
    try:
        uses = find_uses(workload.stack, workload.owners, workload.facts, workload.loader, frozenset(rows))
    except ValueError as error:
        yield unfollowed_need(str(error))
        return
    yield from linked_needs(uses, workload.stack, workload.installed)


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
