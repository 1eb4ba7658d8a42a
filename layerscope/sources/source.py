"""What every source offers to the pipeline."""

from collections.abc import Iterator
from typing import Protocol, runtime_checkable

from msgspec import Struct

from layerscope.blob.access import LayerAccess, RangeReader
from layerscope.blob.file import FilePart
from layerscope.errors import ImageError
from layerscope.oci.config import ImageConfig
from layerscope.oci.image import Image, Layer
from layerscope.oci.platform import Platform


class ContentAddressed(Struct, frozen=True):
    """Whoever keeps a blob finds it by its digest, which is checked when it is fetched: no need to do that twice."""


class Blob(Struct, frozen=True):
    """One layer blob of a source, with the name that `Layer.blob` refers to.

    `origin` says what vouches for bytes that are not read again; None where they have to be.
    """

    name: str
    access: LayerAccess
    size_bytes: int | None
    origin: FilePart | ContentAddressed | None = None


class DescribedImage(Struct, frozen=True):
    """What an engine says of an image without sending it; of each build step not whether it made a layer.

    `image_id` is the engine's own word for these very bytes, `platform` the one that was asked for.
    """

    reference: str
    source: str
    image_id: str
    platform: Platform | None
    config: ImageConfig


@runtime_checkable
class Described(Protocol):
    """A source that can say what it has before it sends it."""

    def describe(self) -> DescribedImage | None:
        """The description; None where there is none, or every byte is to be read."""


@runtime_checkable
class Ranged(Protocol):
    """A source that can give short parts of a layer's blob without sending it."""

    def ranges(self, layer: Layer) -> RangeReader:
        """The blob as it is stored."""


class ImageSource(Protocol):
    """An image that can be read.

    From a source at rest the blobs can be read in any order and at once. A passing source hands out each blob as
    it comes, to be read before the next is asked for, and knows its image only when all have passed.
    """

    is_passing: bool
    kind: str

    def blobs(self) -> Iterator[Blob]:
        """Each distinct layer blob once."""

    def image(self) -> Image:
        """The image; raises MalformedImage, ImageNotFound and their kin."""

    def close(self) -> None:
        """Give back what is open; raises SourceUnavailable when what was read changed meanwhile."""


def close_quietly(source: ImageSource) -> None:
    """Close after another error, which is the one to tell."""
    try:
        source.close()
    except ImageError:
        return
