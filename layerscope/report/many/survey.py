"""What the reports about several images are made of."""

from msgspec import Struct

from layerscope.checks.gate import DEFAULT_BANDWIDTH_BITS_PER_SECOND
from layerscope.many.image_figures import ImageFigures, UnreadImage
from layerscope.many.sharing import Sharing
from layerscope.report.document import Document


class Survey(Struct, frozen=True):
    """All images of a run in the order that was asked for, each with its document, None where it could not be read."""

    images: tuple[ImageFigures | UnreadImage, ...]
    documents: tuple[Document | None, ...]
    sharing: Sharing
    bandwidth_bits_per_second: int = DEFAULT_BANDWIDTH_BITS_PER_SECOND

    @property
    def pull_seconds(self) -> float | None:
        """How long a pull of all images takes on the wire."""
        transfer_bytes = self.sharing.transfer_bytes
        return None if transfer_bytes is None else transfer_bytes * 8 / self.bandwidth_bits_per_second
