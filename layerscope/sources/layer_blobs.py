"""Layers of an image at rest: how each blob is reached."""

from collections.abc import Iterator, Mapping

from layerscope.blob.access import LayerAccess, SeekAccess, StreamAccess
from layerscope.blob.compression import sniff
from layerscope.blob.file import FileSlice
from layerscope.errors import DigestMismatch
from layerscope.oci.image import Image, Layer
from layerscope.sources.source import Blob

_SNIFF_BYTES = 512


def blobs_at_rest(image: Image, slices: Mapping[str, FileSlice], *, verify: bool) -> Iterator[Blob]:
    """Each distinct blob of an image once, the largest first so that workers end together."""
    layers = {layer.blob: layer for layer in image.layers}
    for name in sorted(layers, key=lambda name: -slices[name].size_bytes):
        content = slices[name]
        origin = None if verify else content.identify()
        yield Blob(name, access_at_rest(layers[name], content, verify=verify), content.size_bytes, origin)


def access_at_rest(layer: Layer, content: FileSlice, *, verify: bool) -> LayerAccess:
    """Seeking for uncompressed tars, unless every byte is to be checked; a stream for the rest."""
    if layer.blob_size_bytes is not None and layer.blob_size_bytes != content.size_bytes:
        raise DigestMismatch(
            f"The blob {layer.digest} has {content.size_bytes} bytes; its manifest says {layer.blob_size_bytes}.",
            hint="It is truncated or was replaced; save the image again.",
        )
    if not verify and sniff(content.read_at(0, _SNIFF_BYTES)) == "none":
        return SeekAccess(content)
    return StreamAccess(content.reader, layer.digest, layer.blob_size_bytes, layer.media_type)
