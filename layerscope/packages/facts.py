"""Facts with their places: the layer, the row over all layers, the path."""

from collections.abc import Iterator, Sequence
from typing import Any

from layerscope.index.layer_stack import LayerStack

# A package of 100,000 files ten folders deep has some 10 MB.
_FOLDERS_LIMIT_BYTES = 256 << 20


def facts_of(stack: LayerStack, layer: int, probe: str) -> Iterator[tuple[int, bytes, Any]]:
    """What a probe found in a layer: the row, counted over all layers, the path, and the value."""
    scan, start = stack.scans[layer], int(stack.bounds[layer])
    for fact in scan.facts:
        if fact.probe == probe:
            yield start + fact.row, scan.paths[fact.row], fact.value


def below(folder: bytes, lines: Sequence[bytes]) -> tuple[bytes, ...]:
    """Lines as paths that begin with a folder; none where the folder is so long that they would fill the memory."""
    if len(folder) * len(lines) > _FOLDERS_LIMIT_BYTES:
        return ()
    return tuple(folder + line for line in lines)


def visible_facts(stack: LayerStack, probe: str) -> Iterator[tuple[int, bytes, Any]]:
    """What a probe found in the files of the final root file system."""
    for layer in range(len(stack.scans)):
        for row, path, value in facts_of(stack, layer, probe):
            if stack.visible[row]:
                yield row, path, value
