"""An image as a source found it: identity, configuration and its layers' blobs."""

from msgspec import Struct, field

from layerscope.oci.config import History, ImageConfig
from layerscope.oci.digest import Digest
from layerscope.oci.platform import Platform
from layerscope.oci.provenance import Provenance


class Layer(Struct, frozen=True):
    """One layer of an image: position 0 is the bottom.

    `blob` is the name under which its source keeps the bytes; equal names are the same blob. `digest`,
    `media_type` and `blob_size_bytes` describe the blob as stored, None where the source does not say; `annotations`
    are those that the manifest gives it.
    """

    position: int
    diff_id: Digest
    blob: str
    digest: Digest | None
    media_type: str | None
    blob_size_bytes: int | None
    history: History | None
    annotations: dict[str, str] = field(default_factory=dict)


class Image(Struct, frozen=True):
    """What a reference resolved to; `provenance` is what its builder attests of the build, None where it does not.

    `annotations` are those of the manifest.
    """

    reference: str
    source: str
    image_id: Digest
    manifest_digest: Digest | None
    config: ImageConfig
    layers: tuple[Layer, ...]
    provenance: Provenance | None = None
    annotations: dict[str, str] = field(default_factory=dict)

    @property
    def platform(self) -> Platform:
        """The platform that the configuration names."""
        return self.config.platform
