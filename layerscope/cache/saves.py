"""Images that an engine saved before: their layers are known, so they need not be saved again.

Of the configuration only a digest is kept, since credentials may be in it. The engine says again what is in it, and
what it says has to have that digest.
"""

from collections.abc import Mapping, Sequence

from blake3 import blake3
from msgspec import Struct
from msgspec.structs import replace

from layerscope.cache.records import blob_digest
from layerscope.cache.scan_cache import ScanCache
from layerscope.layers.scan import LayerScan
from layerscope.oci.config import ImageConfig, align_history
from layerscope.oci.digest import Digest
from layerscope.oci.image import Image, Layer
from layerscope.sources.source import Described, DescribedImage, ImageSource


class KeptLayer(Struct, frozen=True):
    """One layer of a saved image: the blob that was read, under which name and which promised digest."""

    read: Digest
    blob: str
    promised: Digest | None
    digest: Digest | None
    media_type: str | None
    blob_size_bytes: int | None


class KeptSave(Struct, frozen=True):
    """An image as an engine saved it, without words; `config` is a digest of the whole configuration."""

    image_id: Digest
    manifest_digest: Digest | None
    layers: tuple[KeptLayer, ...]
    empty_layers: tuple[bool, ...]
    config: bytes


def find_saved(cache: ScanCache, source: ImageSource) -> tuple[Image, Mapping[str, LayerScan]] | None:
    """The image of an engine and its layers' scans, if nothing of it has to be read."""
    described = source.describe() if isinstance(source, Described) else None
    kept = cache.read(_key(described), KeptSave) if described is not None else None
    if described is None or kept is None:
        return None
    image = _restore(kept, described)
    if image is None:
        return None
    scans: dict[str, LayerScan] = {}
    for layer in kept.layers:
        if layer.blob not in scans:
            scan = cache.known_layer(layer.read, promised=layer.promised, media_type=layer.media_type)
            if scan is None:
                return None
            scans[layer.blob] = scan
    return image, scans


def keep_saved(cache: ScanCache, source: ImageSource, image: Image, scans: Sequence[LayerScan]) -> None:
    """Keep what a save was made of, where each layer's bytes were read and nothing was attested besides."""
    described = source.describe() if isinstance(source, Described) else None
    read = [blob_digest(scan) for scan in scans]
    if described is None or image.provenance is not None or image.annotations:
        return
    layers = tuple(
        KeptLayer(digest, layer.blob, scan.blob_digest, layer.digest, layer.media_type, layer.blob_size_bytes)
        for digest, layer, scan in zip(read, image.layers, scans, strict=True)
        if digest is not None and scan.damage is None
    )
    if len(layers) == len(image.layers):
        empty_layers = tuple(step.empty_layer for step in image.config.history)
        kept = KeptSave(image.image_id, image.manifest_digest, layers, empty_layers, _digest(image.config))
        cache.write(_key(described), kept)


def _restore(kept: KeptSave, described: DescribedImage) -> Image | None:
    """The image again; None where the engine describes another one than it saved."""
    steps = described.config.history
    if len(steps) != len(kept.empty_layers) or len(described.config.diff_ids) != len(kept.layers):
        return None
    history = tuple(
        replace(step, empty_layer=is_empty) for step, is_empty in zip(steps, kept.empty_layers, strict=True)
    )
    config = replace(described.config, history=history)
    if _digest(config) != kept.config:
        return None
    made_by = align_history(config, len(kept.layers))
    layers = tuple(
        Layer(position, diff_id, layer.blob, layer.digest, layer.media_type, layer.blob_size_bytes, step)
        for position, (layer, diff_id, step) in enumerate(zip(kept.layers, config.diff_ids, made_by, strict=True))
    )
    return Image(described.reference, described.source, kept.image_id, kept.manifest_digest, config, layers)


def _digest(config: ImageConfig) -> bytes:
    return blake3(repr(config).encode("utf-8", "surrogatepass")).digest()


def _key(described: DescribedImage) -> str:
    return f"save {described.source} {described.image_id} {described.platform or ''}"
