"""The file around a saved analysis: a line that says what it is, a digest, and one zstd frame."""

import json
import re
import sys
from collections.abc import Iterable
from io import BytesIO
from typing import Any

from blake3 import blake3

from layerscope.blob.compression import Decompressing
from layerscope.blob.prefixed import read_fully
from layerscope.codec.codec import CONTENT_LIMIT_BYTES, damaged
from layerscope.errors import LimitExceeded, MalformedImage
from layerscope.sources.saved_analysis import MAGIC

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

FORMAT = 1
DOCUMENT_LIMIT_BYTES = 1 << 25
_DIGEST_BYTES = 32
_LENGTH_BYTES = 8
_LEVEL = 9
_LINE = re.compile(re.escape(MAGIC) + rb"([1-9][0-9]{0,8})\n")


def pack(document: Any, columns: Iterable[bytes]) -> bytes:
    """The file's bytes, the same for the same content; raises LimitExceeded for more than is read again."""
    text = json.dumps(document, separators=(",", ":"), allow_nan=False).encode("ascii")
    content = b"".join([len(text).to_bytes(_LENGTH_BYTES, "little"), text, *columns])
    if len(text) > DOCUMENT_LIMIT_BYTES or len(content) > CONTENT_LIMIT_BYTES:
        raise LimitExceeded("The analysis is too large to be saved.", hint="Write reports instead.")
    frame = zstd.compress(content, level=_LEVEL)
    return MAGIC + f"{FORMAT}\n".encode("ascii") + blake3(frame).digest() + frame


def unpack(content: bytes, name: str) -> tuple[Any, Decompressing]:
    """The document and a reader of the columns; raises MalformedImage for another or a damaged file."""
    line = _LINE.match(content)
    if line is None:
        raise MalformedImage(
            f"{name} is no saved analysis.", hint="Expected what `layerscope analyze REF --save PATH` writes."
        )
    if int(line[1]) > FORMAT:
        raise MalformedImage(
            f"{name} was saved by a newer layerscope (format {int(line[1])}, this one reads {FORMAT}).",
            hint="Upgrade layerscope, or analyse the image again with --save.",
        )
    frame = content[line.end() + _DIGEST_BYTES :]
    if blake3(frame).digest() != content[line.end() : line.end() + _DIGEST_BYTES]:
        raise damaged("its bytes are not those that were saved")
    return _open(frame)


def _open(frame: bytes) -> tuple[Any, Decompressing]:
    reader = Decompressing(BytesIO(frame), "zstd", CONTENT_LIMIT_BYTES)
    length_bytes = int.from_bytes(_take(reader, _LENGTH_BYTES), "little")
    if length_bytes > DOCUMENT_LIMIT_BYTES:
        raise LimitExceeded(
            f"The document of the saved analysis is over {DOCUMENT_LIMIT_BYTES} bytes.", hint="It may be a bomb."
        )
    try:
        return json.loads(_take(reader, length_bytes), parse_constant=_refuse_constant), reader
    except (ValueError, RecursionError) as error:
        raise damaged("its document is not valid JSON") from error


def _take(reader: Decompressing, size_bytes: int) -> bytes:
    content = read_fully(reader, size_bytes)
    if len(content) != size_bytes:
        raise damaged("it ends early")
    return content


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
