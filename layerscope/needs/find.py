"""What the workload of an image needs of the CUDA that lies in its system, with evidence."""

from collections.abc import Iterator, Mapping

import numpy as np

from layerscope.classify import Classification
from layerscope.index.layer_stack import LayerStack
from layerscope.index.owners import Owners
from layerscope.layers.columns import Mask
from layerscope.loading.loader import Loader
from layerscope.needs.cuda_use import find_uses
from layerscope.needs.installed import Installed
from layerscope.needs.known import known_needs
from layerscope.needs.linked import linked_needs, unfollowed_need
from layerscope.needs.source import environment_needs, read_sources, source_needs
from layerscope.needs.system_need import Certainty, SystemNeed
from layerscope.needs.system_parts import SystemParts, find_parts
from layerscope.oci.image import Image
from layerscope.probes.elf import ElfFacts

_COMPILED_AHEAD = b"deepspeed/ops/"


def find_needs(
    image: Image,
    stack: LayerStack,
    owners: Owners,
    classification: Classification,
    *,
    facts: Mapping[int, ElfFacts],
    loader: Loader,
) -> tuple[SystemNeed, ...]:
    """Ask libraries, packages, source and configuration; what is certain comes first.

    `facts` are those of the live ELF files, by rows, and what `loader` was made of.
    """
    parts, installed = find_parts(stack, classification), Installed(stack, owners, classification)
    libraries = _libraries(facts, parts.is_cuda)
    sources = read_sources(stack, owners, parts)
    found = [
        *_linked(stack, owners, installed, facts, parts=parts, loader=loader),
        *known_needs(installed, parts, sources.words.keys(), _compiled_ahead(stack, facts), libraries),
        *source_needs(sources, stack, parts, installed, libraries),
        *environment_needs(image, parts, libraries),
    ]
    return tuple(sorted(found, key=lambda need: (need.certainty is Certainty.POSSIBLE, need.kind.value, need.what)))


def _linked(
    stack: LayerStack,
    owners: Owners,
    installed: Installed,
    facts: Mapping[int, ElfFacts],
    *,
    parts: SystemParts,
    loader: Loader,
) -> Iterator[SystemNeed]:
    of_cuda = frozenset(np.flatnonzero(parts.is_cuda).tolist())
    try:
        uses = find_uses(stack, owners, facts, loader, of_cuda)
    except ValueError as error:
        yield unfollowed_need(str(error))
        return
    yield from linked_needs(uses, stack, installed)


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
