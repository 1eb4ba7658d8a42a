"""What a quick look finds: nothing in it is a guess, and what only contents could tell is not in it."""

from msgspec import Struct

from layerscope.analysis import CategoryTotals
from layerscope.base_image.identify import BaseLayers
from layerscope.checks.gate import Gate
from layerscope.index.file_index import FileIndex
from layerscope.oci.image import Image, Layer
from layerscope.tables.read_table import LayerTable

UNKNOWN = (
    "Only the layers themselves tell which package brought a file, what libraries need, which secrets are in files, "
    "which other base would do and what can be saved: run it without --quick."
)

NO_TABLE = "It has no table of contents."
ELSEWHERE = "Its manifest promises a table of contents, which is not in the layer and may be elsewhere."
NO_RANGES = "Its source gives no parts of it."


class OutlinedLayer(Struct, frozen=True, eq=False):
    """A layer with its table, or with the reason why its files are not known.

    `blob_bytes` is how long it is as stored, None where the source does not say. It is damaged where it has a table
    that cannot be believed.
    """

    layer: Layer
    blob_bytes: int | None
    table: LayerTable | None
    reason: str | None = None
    is_damaged: bool = False


class Listing(Struct, frozen=True, eq=False):
    """The files of all layers that have a table; those of the others are missing in `index`.

    `categories` are those that a path alone tells, and the files that are left are `untold`.
    """

    index: FileIndex
    categories: tuple[CategoryTotals, ...]
    untold: CategoryTotals | None
    superseded_of_layers: tuple[int, ...]


class Outline(Struct, frozen=True, eq=False):
    """An image as its documents and tables describe it; `listing` is None where no layer has a table.

    `transfer_bytes` is what a pull fetches, None where the source does not store layers as a registry does.
    """

    image: Image
    base: BaseLayers
    layers: tuple[OutlinedLayer, ...]
    listing: Listing | None
    transfer_bytes: int | None
    warnings: tuple[str, ...]
    gate: Gate = Gate()

    @property
    def listed_layers(self) -> int:
        """How many layers have a table."""
        return sum(layer.table is not None for layer in self.layers)

    @property
    def is_whole(self) -> bool:
        """Whether the files of every layer are known."""
        return self.listed_layers == len(self.layers)

    @property
    def is_damaged(self) -> bool:
        """Whether a table cannot be believed."""
        return any(layer.is_damaged for layer in self.layers)

    @property
    def whole(self) -> Listing | None:
        """The listing where it is of all layers, so that its sums are the image's."""
        return self.listing if self.is_whole else None
