"""The tables that an image's layers promise, held against the layers once these have been read."""

from collections.abc import Iterator, Sequence

from layerscope.blob.allowance import Allowance
from layerscope.layers.scan import LayerScan
from layerscope.oci.image import Image
from layerscope.sources.source import ImageSource, Ranged
from layerscope.tables.place import is_promised


def check_tables(source: ImageSource, image: Image, scans: Sequence[LayerScan]) -> Iterator[str]:
    """A warning for each layer whose table cannot be believed.

    Left out are layers that were read in part, and tables that are out of reach: these are no fault of the image.
    """
    if not isinstance(source, Ranged):
        return
    promising = {
        layer.blob: (layer, scan)
        for layer, scan in zip(image.layers, scans, strict=True)
        if scan.damage is None and is_promised(layer.annotations)
    }
    if not promising:
        return
    from layerscope.tables.compare import find_difference
    from layerscope.tables.read_tables import read_tables

    # What tables list is bounded by itself: the image's own bounds are for what was read of it.
    answers = read_tables(source, [layer for layer, _ in promising.values()], Allowance())
    for name, (layer, scan) in promising.items():
        answer = answers[name]
        difference = find_difference(answer.table.scan, scan) if answer.table else None
        if answer.is_damaged or difference is not None:
            yield f"Layer {layer.position}: {difference or answer.problem}"
