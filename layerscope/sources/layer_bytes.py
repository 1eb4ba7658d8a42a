"""Telling layers and archives by their first bytes."""

from layerscope.blob.compression import sniff
from layerscope.errors import MalformedImage
from layerscope.tar.header import BLOCK_BYTES, parse_header


def looks_like_layer(prefix: bytes) -> bool:
    """Whether bytes begin a compressed stream or a tar, an empty one included."""
    try:
        return sniff(prefix) != "none" or looks_like_tar(prefix)
    except MalformedImage:
        return True


def looks_like_tar(prefix: bytes) -> bool:
    """Whether bytes begin an uncompressed tar: a header whose checksum is right, or end blocks."""
    if len(prefix) < BLOCK_BYTES:
        return False
    if prefix[257:262] == b"ustar" or not prefix[:BLOCK_BYTES].strip(b"\0"):
        return True
    try:
        parse_header(prefix[:BLOCK_BYTES], 0)
    except MalformedImage:
        return False
    return True
