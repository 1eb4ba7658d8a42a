"""One record as the bytes of a file: a line that says what it is, a digest, and one zstd frame."""

import json
import sys
from io import BytesIO
from typing import Any

from blake3 import blake3

from layerscope.cache.types import codec_for
from layerscope.codec.codec import CONTENT_LIMIT_BYTES, Sink, Source
from layerscope.codec.shapes import as_shapes
from layerscope.errors import LimitExceeded, MalformedImage

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_KEYS = frozenset(("key", "value", "shapes"))
_LINE = b"layerscope-cache 1\n"
_DIGEST_BYTES = 32
_LENGTH_BYTES = 8
_LEVEL = 3


def pack(key: str, value: Any) -> bytes:
    """A record under its key; raises LimitExceeded for one that would not be read again."""
    sink = Sink()
    document = {"key": key, "value": codec_for(type(value)).write(value, sink), "shapes": sink.shapes}
    text = json.dumps(document, separators=(",", ":"), allow_nan=False).encode("ascii")
    content = b"".join([len(text).to_bytes(_LENGTH_BYTES, "little"), text, *sink.columns])
    if len(content) > CONTENT_LIMIT_BYTES:
        raise LimitExceeded("The scan is too large to be kept.")
    frame = zstd.compress(content, level=_LEVEL)
    return _LINE + blake3(frame).digest() + frame


def unpack(content: bytes, key: str, kind: type) -> Any:
    """The record of that key; raises MalformedImage for another one and for bytes that are not those written."""
    start = len(_LINE) + _DIGEST_BYTES
    frame = content[start:]
    if content[:start] != _LINE + blake3(frame).digest():
        raise MalformedImage("A cached scan is damaged.")
    try:
        # The digest says that nothing was damaged, and not who wrote it: a folder may come from another machine.
        plain = _decompress(frame)
        end = _LENGTH_BYTES + int.from_bytes(plain[:_LENGTH_BYTES], "little")
        document = json.loads(plain[_LENGTH_BYTES:end])
        if type(document) is not dict or set(document) != _KEYS:
            raise MalformedImage("A cached scan has other parts.")
        if document["key"] != key:
            raise MalformedImage("A cached scan is not the one that its name says.")
        source = Source(BytesIO(memoryview(plain)[end:]), as_shapes(document["shapes"]))
        return codec_for(kind).read(document["value"], source)
    except (ValueError, RecursionError, zstd.ZstdError) as error:
        raise MalformedImage("A cached scan is damaged.") from error


def _decompress(frame: bytes) -> bytes:
    decompressor = zstd.ZstdDecompressor()
    plain = decompressor.decompress(frame, CONTENT_LIMIT_BYTES)
    if not decompressor.eof or decompressor.unused_data:
        raise MalformedImage("A cached scan is damaged.")
    return plain
