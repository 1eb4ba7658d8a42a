"""Where a layer's table of contents is: named by annotations of its manifest, or by the blob's own last bytes.

eStargz: containerd/stargz-snapshotter, docs/estargz.md. zstd:chunked: containers/storage, pkg/chunked. Both end with a
footer that decompressors pass over, in the older form of each as well.
"""

import re
from collections.abc import Mapping
from enum import Enum

from msgspec import Struct

from layerscope.errors import LimitExceeded, MalformedImage
from layerscope.oci.digest import Digest

FOOTER_BYTES = 64
PACKED_LIMIT_BYTES = 32 << 20
UNPACKED_LIMIT_BYTES = 128 << 20
_STARGZ_DIGEST = "containerd.io/snapshot/stargz/toc.digest"
# The older prefix is what tools of 2022 write.
_CHUNKED_PREFIXES = ("io.github.containers.zstd-chunked.", "io.containers.zstd-chunked.")
_POSITION = re.compile(r"(\d{1,19}):(\d{1,19}):(\d{1,19}):(\d{1,9})", re.ASCII)
# An empty gzip member whose extra field holds the offset: in a subfield SG, and in the older form without one.
_STARGZ = re.compile(rb"\x1f\x8b\x08\x04.{6}\x1a\x00SG\x16\x00([0-9a-f]{16})STARGZ\x01\x00\x00\xff\xff\0{8}", re.DOTALL)
_OLD_STARGZ = re.compile(rb"\x1f\x8b\x08\x04.{6}\x16\x00([0-9a-f]{16})STARGZ\x01\x00\x00\xff\xff\0{8}", re.DOTALL)
_STARGZ_BYTES, _OLD_STARGZ_BYTES = 51, 47
# The last word of the footer, and how long the footer is.
_CHUNKED_FOOTERS = {b"GNUlInUx": 64, b"GnUlInUx": 40}
_CHUNKED_TYPE = 1


class TableFormat(Enum):
    """Whose table it is."""

    ESTARGZ = "estargz"
    CHUNKED = "zstd:chunked"


class TablePlace(Struct, frozen=True):
    """Where a table lies in its blob, compressed.

    `unpacked_bytes` is there where the place says it. `digest` is what the manifest promises: of eStargz's table
    uncompressed, of zstd:chunked's compressed; None where it promises nothing.
    """

    format: TableFormat
    offset_bytes: int
    packed_bytes: int
    unpacked_bytes: int | None
    digest: Digest | None


def find_named(annotations: Mapping[str, str], blob_bytes: int) -> TablePlace | None:
    """The place that a layer's annotations name as a whole; None where they name none. Raises MalformedImage."""
    for prefix in _CHUNKED_PREFIXES:
        position = annotations.get(f"{prefix}manifest-position")
        if position is not None:
            match = _POSITION.fullmatch(position)
            if match is None:
                raise MalformedImage("The manifest names a table of contents at no place.")
            promised = annotations.get(f"{prefix}manifest-checksum")
            return _chunked([int(part) for part in match.groups()], blob_bytes, promised)
    return None


def is_promised(annotations: Mapping[str, str]) -> bool:
    """Whether a layer's annotations say that it has a table."""
    return _STARGZ_DIGEST in annotations or any(
        f"{prefix}manifest-position" in annotations for prefix in _CHUNKED_PREFIXES
    )


def find_in_footer(annotations: Mapping[str, str], footer: bytes, blob_bytes: int) -> TablePlace | None:
    """The place that the last `FOOTER_BYTES` of a blob name, None where they name none; raises MalformedImage."""
    promised = annotations.get(_STARGZ_DIGEST)
    for pattern, size_bytes in ((_STARGZ, _STARGZ_BYTES), (_OLD_STARGZ, _OLD_STARGZ_BYTES)):
        if match := pattern.fullmatch(footer[-size_bytes:]):
            offset_bytes = int(match[1], 16)
            packed_bytes = blob_bytes - size_bytes - offset_bytes
            digest = Digest.parse(promised) if promised is not None else None
            return _checked(TablePlace(TableFormat.ESTARGZ, offset_bytes, packed_bytes, None, digest), blob_bytes)
    size_bytes = _CHUNKED_FOOTERS.get(footer[-8:], 0)
    if not size_bytes or len(footer) < size_bytes:
        return None
    words = footer[-size_bytes:]
    return _chunked([int.from_bytes(words[at : at + 8], "little") for at in range(0, 32, 8)], blob_bytes, None)


def _chunked(position: list[int], blob_bytes: int, promised: str | None) -> TablePlace:
    offset_bytes, packed_bytes, unpacked_bytes, kind = position
    if kind != _CHUNKED_TYPE:
        raise MalformedImage(f"A table of contents is of the unknown type {kind}.")
    digest = Digest.parse(promised) if promised is not None else None
    return _checked(TablePlace(TableFormat.CHUNKED, offset_bytes, packed_bytes, unpacked_bytes, digest), blob_bytes)


def _checked(place: TablePlace, blob_bytes: int) -> TablePlace:
    if place.packed_bytes <= 0 or place.offset_bytes + place.packed_bytes > blob_bytes:
        raise MalformedImage("A table of contents is said to lie outside its layer.")
    if place.packed_bytes > PACKED_LIMIT_BYTES or (place.unpacked_bytes or 0) > UNPACKED_LIMIT_BYTES:
        raise LimitExceeded(
            f"A table of contents has {place.packed_bytes} bytes, or says {place.unpacked_bytes} uncompressed; at most "
            f"{PACKED_LIMIT_BYTES} and {UNPACKED_LIMIT_BYTES} are read."
        )
    return place
