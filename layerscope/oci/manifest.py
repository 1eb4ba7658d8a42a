"""Image manifests and image indexes (OCI image-spec, manifest.md and image-index.md)."""

from msgspec import Struct

from layerscope.errors import LimitExceeded, MalformedImage
from layerscope.oci import media_type
from layerscope.oci.descriptor import Descriptor
from layerscope.oci.document import JsonObject, parse_object

LAYER_LIMIT = 1_000
_DESCRIPTOR_LIMIT = 10_000


class ImageManifest(Struct, frozen=True):
    """An image's configuration and its layers, `layers[0]` at the bottom."""

    config: Descriptor
    layers: tuple[Descriptor, ...]
    annotations: dict[str, str]


class ImageIndex(Struct, frozen=True):
    """Several manifests or indexes, one for each platform or name."""

    manifests: tuple[Descriptor, ...]


def parse_manifest(content: bytes, what: str) -> ImageManifest | ImageIndex:
    """Read a manifest or an index, told by its own fields; raises MalformedImage and LimitExceeded.

    A document with both `layers` and `manifests` is refused as ambiguous (CVE-2021-41190).
    """
    document = parse_object(content, what)
    has_layers, has_manifests = document.get("layers") is not None, document.get("manifests") is not None
    if has_layers and has_manifests:
        raise MalformedImage(f"{what} has both layers and manifests, so two tools could read two images from it.")
    declared = document.text("mediaType")
    if has_manifests and declared in media_type.MANIFESTS:
        raise MalformedImage(f"{what} calls itself an image manifest and lists manifests.")
    if has_manifests:
        return ImageIndex(tuple(Descriptor.read(item) for item in _bounded(document.objects("manifests"), what)))
    config = document.object("config")
    if config is None and (document.integer("schemaVersion") == 1 or document.get("fsLayers") is not None):
        raise MalformedImage(
            f"{what} is a Docker schema 1 manifest, which is not supported.",
            hint="Push the image again with a current engine, or convert it with `skopeo copy`.",
        )
    if declared in media_type.INDEXES or config is None:
        raise MalformedImage(f"{what} is not an image manifest: it has no config.")
    layers = document.objects("layers")
    if len(layers) > LAYER_LIMIT:
        raise LimitExceeded(f"{what} lists {len(layers)} layers; an engine takes at most 127.")
    return ImageManifest(
        Descriptor.read(config),
        tuple(Descriptor.read(item) for item in layers),
        document.texts_by_name("annotations"),
    )


def _bounded(items: list[JsonObject], what: str) -> list[JsonObject]:
    if len(items) > _DESCRIPTOR_LIMIT:
        raise LimitExceeded(f"{what} lists {len(items)} descriptors; over {_DESCRIPTOR_LIMIT} are not read.")
    return items
