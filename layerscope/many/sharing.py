"""What several images have in common: layers, told by diff ID, and blobs that a pull of all fetches once."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from layerscope.many.image_figures import ImageFigures, LayerFigures, UnreadImage
from layerscope.oci.digest import Digest

_Key = tuple[Digest, int]


class SharedLayer(Struct, frozen=True):
    """A layer that more than one image has; images by their position in the run."""

    diff_id: Digest
    instruction: str
    content_bytes: int
    images: tuple[int, ...]


class ImageShare(Struct, frozen=True):
    """An image's stored bytes, split: in layers that others of the run have as well, and in its own."""

    shared_bytes: int
    own_bytes: int


class Sharing(Struct, frozen=True):
    """Shared layers, biggest first, and sums; `shares` are None for images that could not be read.

    `stored_bytes` counts each distinct layer once, `transfer_bytes` each blob: what a pull of all images fetches
    where nothing was before, None where that is not known of one of them.
    """

    layers: tuple[SharedLayer, ...]
    shares: tuple[ImageShare | None, ...]
    stored_bytes: int
    transfer_bytes: int | None
    is_transfer_estimate: bool


def find_sharing(images: Sequence[ImageFigures | UnreadImage]) -> Sharing:
    """Compare the layers of all images that could be read."""
    layers: dict[_Key, LayerFigures] = {}
    owners: dict[_Key, list[int]] = {}
    for position, layer in _all_layers(images):
        layers.setdefault(_key(layer), layer)
        known = owners.setdefault(_key(layer), [])
        if position not in known:
            known.append(position)
    shared = [
        SharedLayer(layer.diff_id, layer.instruction, layer.content_bytes, tuple(owners[key]))
        for key, layer in layers.items()
        if len(owners[key]) > 1
    ]
    return Sharing(
        tuple(sorted(shared, key=lambda layer: (-layer.content_bytes, str(layer.diff_id)))),
        tuple(_share(image, owners) if isinstance(image, ImageFigures) else None for image in images),
        sum(layer.content_bytes for layer in layers.values()),
        _transfer_bytes([layer for _, layer in _all_layers(images)]),
        any(isinstance(image, ImageFigures) and image.is_transfer_estimate for image in images),
    )


def _all_layers(images: Sequence[ImageFigures | UnreadImage]) -> Iterator[tuple[int, LayerFigures]]:
    for position, image in enumerate(images):
        if isinstance(image, ImageFigures):
            for layer in image.layers:
                yield position, layer


def _key(layer: LayerFigures) -> _Key:
    """What tells a layer; one that was read in part, or is not what its diff ID says, has other bytes in it."""
    return layer.diff_id, layer.content_bytes


def _share(image: ImageFigures, owners: dict[_Key, list[int]]) -> ImageShare:
    shared_bytes = sum(layer.content_bytes for layer in image.layers if len(owners[_key(layer)]) > 1)
    return ImageShare(shared_bytes, image.stored_bytes - shared_bytes)


def _transfer_bytes(layers: Sequence[LayerFigures]) -> int | None:
    """Each blob once; of a layer that one image has as a blob and another has not, the blob."""
    blobs = {layer.diff_id: layer.blob_digest for layer in layers if layer.blob_digest is not None}
    sizes: dict[Digest, int | None] = {}
    for layer in sorted(layers, key=lambda layer: layer.blob_digest is None):
        sizes.setdefault(layer.blob_digest or blobs.get(layer.diff_id, layer.diff_id), layer.transfer_bytes)
    known = [size for size in sizes.values() if size is not None]
    return sum(known) if len(known) == len(sizes) else None
