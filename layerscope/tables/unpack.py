"""A table's compressed bytes become its JSON, checked against what was promised of them."""

from io import BytesIO

from layerscope.blob.allowance import Allowance
from layerscope.blob.compression import Decompressing
from layerscope.blob.prefixed import read_fully
from layerscope.errors import DigestMismatch, LimitExceeded, MalformedImage
from layerscope.oci.digest import Digest
from layerscope.tables.place import UNPACKED_LIMIT_BYTES, TableFormat, TablePlace
from layerscope.tar.inputs import StreamInput
from layerscope.tar.walk import Record, walk

_MEMBER = b"stargz.index.json"
# A header, and those that may stand before it.
_HEADERS_BYTES = 64 << 10


def unpack_table(place: TablePlace, packed: bytes, allowance: Allowance) -> tuple[bytes, Record | None]:
    """The JSON, and for eStargz the member of the layer's tar that holds it.

    `allowance` bounds what all tables of an image unpack to. Raises DigestMismatch, LimitExceeded and MalformedImage.
    """
    if place.format is TableFormat.CHUNKED:
        _check(place.digest, packed)
        return _unpack_frame(place, packed, allowance), None
    content, record = _unpack_member(packed, allowance)
    _check(place.digest, content)
    return content, record


def _unpack_frame(place: TablePlace, packed: bytes, allowance: Allowance) -> bytes:
    unpacked_bytes = place.unpacked_bytes or 0
    content = read_fully(Decompressing(BytesIO(packed), "zstd", allowance=allowance), unpacked_bytes + 1)
    if len(content) != unpacked_bytes:
        raise MalformedImage(f"A table of contents does not have the {unpacked_bytes} bytes that it is said to have.")
    return content


def _unpack_member(packed: bytes, allowance: Allowance) -> tuple[bytes, Record]:
    limit_bytes = UNPACKED_LIMIT_BYTES + _HEADERS_BYTES
    source = StreamInput(Decompressing(BytesIO(packed), "gzip", limit_bytes, allowance))
    record = next(walk(source), None)
    if record is None or record.name != _MEMBER or record.sparse is not None:
        raise MalformedImage("Where a table of contents should be lies something else.")
    if record.size > UNPACKED_LIMIT_BYTES:
        raise LimitExceeded(f"A table of contents has {record.size} bytes; at most {UNPACKED_LIMIT_BYTES} are read.")
    content = source.take(record.size)
    if len(content) < record.size:
        raise MalformedImage("A table of contents ends too early.")
    return content, record


def _check(promised: Digest | None, content: bytes) -> None:
    if promised is not None and Digest.of(content, promised.algorithm) != promised:
        raise DigestMismatch(
            "A layer's table of contents has other bytes than its manifest promises.",
            hint="It was damaged or replaced; only the whole layer can be believed.",
        )
