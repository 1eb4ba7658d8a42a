"""A layer's table of contents becomes a scan, from a few short stretches of its blob."""

from collections.abc import Mapping

from msgspec import Struct

from layerscope.blob.access import RangeReader
from layerscope.blob.allowance import Allowance
from layerscope.errors import MalformedImage
from layerscope.layers.builder import ScanBuilder
from layerscope.layers.entry import Kind
from layerscope.layers.scan import HASH_BYTES, LayerScan
from layerscope.tables.entries import TableRecord, read_entries
from layerscope.tables.place import FOOTER_BYTES, TableFormat, TablePlace, find_in_footer, find_named
from layerscope.tables.unpack import unpack_table

_REPLACED = "\N{REPLACEMENT CHARACTER}".encode()
_COMPRESSIONS = {TableFormat.ESTARGZ: "gzip", TableFormat.CHUNKED: "zstd"}


class LayerTable(Struct, frozen=True, eq=False):
    """What a table says of its layer.

    `scan` is as of the tar, but nothing is known of where in it contents lie, how long it is and what is in a file;
    `hashes` are the beginnings of SHA-256 digests, to be compared with those of other tables only.
    """

    place: TablePlace
    scan: LayerScan


class FoundTable(Struct, frozen=True):
    """A table as it lies in its blob."""

    place: TablePlace
    packed: bytes
    blob_bytes: int


def fetch_table(blob: RangeReader, annotations: Mapping[str, str]) -> FoundTable | None:
    """Read nothing of a blob but its table, and its last bytes where they alone say where that is; None without one.

    Raises MalformedImage and LimitExceeded for a table that cannot be there, and what the blob raises.
    """
    size_bytes = blob.size_bytes
    place = find_named(annotations, size_bytes)
    if place is None:
        footer = blob.read_at(max(0, size_bytes - FOOTER_BYTES), FOOTER_BYTES)
        place = find_in_footer(annotations, footer, size_bytes)
    if place is None:
        return None
    packed = blob.read_at(place.offset_bytes, place.packed_bytes)
    if len(packed) < place.packed_bytes:
        raise MalformedImage("A layer ends before its table of contents does.")
    return FoundTable(place, packed, size_bytes)


def parse_table(found: FoundTable, allowance: Allowance) -> LayerTable:
    """Understand a table; `allowance` bounds those of all layers together.

    Raises MalformedImage, DigestMismatch and LimitExceeded for one that cannot be believed.
    """
    content, own = unpack_table(found.place, found.packed, allowance)
    builder = ScanBuilder()
    for record in read_entries(content, allowance):
        _add(builder, record)
        if further := builder.take_further_entries():
            allowance.take_entries(further)
    if own is not None:
        # eStargz's table is a file of the layer, too; an engine that does not know it unpacks it like any other.
        builder.add(own)
    return LayerTable(found.place, finish_scan(builder, _COMPRESSIONS[found.place.format], found.blob_bytes))


def _add(builder: ScanBuilder, found: TableRecord) -> None:
    _, kind = builder.add(found.record)
    if kind is Kind.FILE and found.digest is not None:
        builder.set_hash(len(builder) - 1, found.digest[:HASH_BYTES])


def finish_scan(builder: ScanBuilder, compression: str = "none", blob_bytes: int | None = None) -> LayerScan:
    """What a table said, as the scan of a layer; of a tar that nobody read nothing is known."""
    columns = builder.columns()
    replaced = columns["paths"].arena.count(_REPLACED)
    if replaced:
        builder.warn(f"Names in its table of contents hold U+FFFD ({replaced} in all), maybe for what is not UTF-8.")
    return LayerScan(
        **columns,
        transfer_bytes=None,
        transfer_estimate_bytes=None,
        facts=(),
        tar_bytes=0,
        blob_bytes=blob_bytes,
        compression=compression,
        blob_digest=None,
        diff_id=None,
        damage=None,
        warnings=tuple(builder.warnings),
    )
