"""What of an image decides what it needs: its libraries, its distributions, its own source, and the system's parts."""

from collections.abc import Mapping

from msgspec import Struct

from layerscope.classify import Classification
from layerscope.index.layer_stack import LayerStack
from layerscope.index.owners import Owners
from layerscope.loading.config import read_config
from layerscope.loading.loader import Loader
from layerscope.needs.installed import Installed
from layerscope.needs.source import Sources, read_sources
from layerscope.needs.system_parts import SystemParts, find_parts
from layerscope.oci.image import Image
from layerscope.probes.elf import ElfFacts
from layerscope.twins import live_libraries


class Workload(Struct, frozen=True, eq=False):
    """An image as its needs are asked for; `facts` are those of the live ELF files, by rows."""

    image: Image
    stack: LayerStack
    owners: Owners
    facts: Mapping[int, ElfFacts]
    loader: Loader
    installed: Installed
    parts: SystemParts
    sources: Sources


def read_workload(image: Image, stack: LayerStack, owners: Owners, classification: Classification) -> Workload:
    """Gather it once."""
    facts = dict(live_libraries(stack))
    parts = find_parts(stack, classification)
    return Workload(
        image,
        stack,
        owners,
        facts,
        Loader(stack, facts, read_config(stack, image.config.env)),
        Installed(stack, owners, classification),
        parts,
        read_sources(stack, owners, parts),
    )
