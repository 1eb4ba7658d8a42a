"""Generated layers through the real scan and the real index, by either access."""

from collections.abc import Sequence
from functools import partial
from io import BytesIO

from layerscope.blob.access import LayerAccess, SeekAccess, StreamAccess
from layerscope.comparing.content_comparer import ContentComparer
from layerscope.errors import SourceUnavailable
from layerscope.index.file_index import FileIndex, build_index
from layerscope.layers.probe import AnyProbe, ProbeSet
from layerscope.layers.scan import LayerScan
from layerscope.layers.scan_layer import scan_layer
from tests.images import Item, layer


class Memory:
    """Bytes in memory as a RandomReader."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.size_bytes = len(content)

    def read_at(self, offset_bytes: int, size_bytes: int) -> bytes:
        return self.content[offset_bytes : offset_bytes + size_bytes]

    def read_into(self, offset_bytes: int, buffer: memoryview) -> None:
        if offset_bytes + len(buffer) > len(self.content):
            raise SourceUnavailable("The memory ends here.")
        buffer[:] = self.content[offset_bytes : offset_bytes + len(buffer)]


def index_of(layers: Sequence[Sequence[Item]], *, stream: bool = False, probes: Sequence[AnyProbe] = ()) -> FileIndex:
    """Scan and stack layers; the same list given twice is the same blob listed twice."""
    scans: dict[int, LayerScan] = {}
    accesses: dict[int, LayerAccess] = {}
    for items in layers:
        if id(items) not in scans:
            tar = layer(*items)
            access = StreamAccess(partial(BytesIO, tar), None, None) if stream else SeekAccess(Memory(tar))
            accesses[id(items)] = access
            scans[id(items)] = scan_layer(access, ProbeSet(probes))
            assert scans[id(items)].damage is None

    each = [scans[id(items)] for items in layers]
    with ContentComparer() as comparer:
        for key, access in accesses.items():
            if isinstance(access, SeekAccess):
                comparer.add(scans[key], access)
        return build_index(each, partial(comparer.classes, each))
