"""The tables of an image's layers, read side by side: what takes long is that a registry answers."""

import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from msgspec import Struct

from layerscope.blob.access import RangeReader
from layerscope.blob.allowance import Allowance
from layerscope.errors import DigestMismatch, ImageError, LimitExceeded, MalformedImage
from layerscope.oci.image import Layer
from layerscope.sources.source import Ranged
from layerscope.tables.read_table import LayerTable, fetch_table, parse_table

_READERS = 4


class TableAnswer(Struct, frozen=True, eq=False):
    """How long a blob is, and its table; neither a table nor a problem where it has none."""

    blob_bytes: int | None
    table: LayerTable | None
    problem: ImageError | None = None

    @property
    def is_damaged(self) -> bool:
        """Whether the blob or its table is wrong, and not only out of reach."""
        return isinstance(self.problem, MalformedImage | DigestMismatch | LimitExceeded)


def read_tables(source: Ranged, layers: Iterable[Layer], allowance: Allowance) -> dict[str, TableAnswer]:
    """Ask each distinct blob for its table; the answers are by the blobs' names."""
    distinct = {layer.blob: layer for layer in layers}
    # Hostile tables take much memory, and threads would not make Python faster at understanding honest ones.
    one_by_one = threading.Lock()
    with ThreadPoolExecutor(_READERS, thread_name_prefix="table") as pool:
        # Sources may open files to find out which part a blob is, and are not made for several threads there.
        futures = {
            name: pool.submit(_read, layer, _ranges(source, layer), allowance, one_by_one)
            for name, layer in distinct.items()
        }
        try:
            return {name: future.result() for name, future in futures.items()}
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _ranges(source: Ranged, layer: Layer) -> RangeReader | ImageError:
    try:
        return source.ranges(layer)
    except ImageError as error:
        return error


def _read(
    layer: Layer, blob: RangeReader | ImageError, allowance: Allowance, one_by_one: threading.Lock
) -> TableAnswer:
    promised_bytes = layer.blob_size_bytes
    try:
        if isinstance(blob, ImageError):
            raise blob
        if promised_bytes not in {None, blob.size_bytes}:
            raise DigestMismatch(f"It has {blob.size_bytes} bytes; its manifest says {promised_bytes}.")
        found = fetch_table(blob, layer.annotations)
        with one_by_one:
            return TableAnswer(blob.size_bytes, parse_table(found, allowance) if found else None)
    except ImageError as error:
        return TableAnswer(promised_bytes, None, error)
