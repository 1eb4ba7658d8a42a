"""The scans that are an image's layers: those just made, or those of an earlier run."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from layerscope.blob.allowance import Allowance
from layerscope.errors import DigestMismatch, ImageError
from layerscope.layers.scan import LayerScan
from layerscope.oci.image import Image
from layerscope.scanning.scanner import affords
from layerscope.sources.source import ImageSource

if TYPE_CHECKING:
    from layerscope.cache.scan_cache import ScanCache


def find_known(
    source: ImageSource, cache: "ScanCache | None", allowance: Allowance
) -> tuple[Image, Mapping[str, LayerScan]] | None:
    """The image and its layers' scans where the cache has all of it; None where something has to be read."""
    if cache is None:
        return None
    from layerscope.cache.saves import find_saved

    known = find_saved(cache, source)
    return known if known is not None and affords(allowance, known[1].values()) else None


def match_scans(image: Image, scans: Mapping[str, LayerScan | ImageError]) -> list[LayerScan]:
    """The scan of each layer, from the bottom; raises DigestMismatch and ImageError."""
    matched = []
    for layer in image.layers:
        scan = scans.get(layer.blob)
        if scan is None:
            raise ImageError(f"The layer {layer.blob} is missing or is no tar.", hint="Save the image again.")
        if isinstance(scan, ImageError):
            raise scan
        if None not in (layer.blob_size_bytes, scan.blob_bytes) and layer.blob_size_bytes != scan.blob_bytes:
            raise DigestMismatch(
                f"The blob {layer.blob} has {scan.blob_bytes} bytes; its manifest says {layer.blob_size_bytes}.",
                hint="It is truncated or was replaced; save the image again.",
            )
        if scan.diff_id is not None and scan.damage is None and scan.diff_id != layer.diff_id:
            raise DigestMismatch(
                f"Layer {layer.position} ({layer.blob}) unpacks to {scan.diff_id}; the image's configuration says "
                f"{layer.diff_id}.",
                hint="It was damaged or replaced; fetch or save the image again.",
            )
        matched.append(scan)
    return matched
