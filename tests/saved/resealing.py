"""Saved files as a stranger could make them: any content, with the right digest over it."""

import copy
import json
import sys
from collections.abc import Callable, Iterator
from typing import Any

from blake3 import blake3

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LINE = b"layerscope-analysis 1\n"


def opened(content: bytes) -> tuple[Any, bytes]:
    """The document and the columns of a file, as docs/saved.md describes it."""
    plain = unsealed(content)
    end = 8 + int.from_bytes(plain[:8], "little")
    return json.loads(plain[8:end]), plain[end:]


def unsealed(content: bytes, line: bytes = LINE) -> bytes:
    """What a file with that first line has packed."""
    assert content.startswith(line)
    digest, frame = content[len(line) : len(line) + 32], content[len(line) + 32 :]
    assert blake3(frame).digest() == digest
    return zstd.decompress(frame)


def sealed(document: Any, columns: bytes) -> bytes:
    """A file with that document and those columns."""
    text = json.dumps(document).encode()
    return sealed_content(len(text).to_bytes(8, "little") + text + columns)


def sealed_content(plain: bytes, line: bytes = LINE) -> bytes:
    """A file with any content."""
    frame = zstd.compress(plain)
    return line + blake3(frame).digest() + frame


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value in a document."""
    yield path
    items = enumerate(value) if isinstance(value, list) else value.items() if isinstance(value, dict) else ()
    for key, item in items:
        yield from places(item, (*path, key))


def changed(document: Any, path: tuple[Any, ...], change: Callable[[Any], Any]) -> Any:
    """A copy of a document with the value at a place changed."""
    if not path:
        return change(document)
    document = copy.deepcopy(document)
    holder = document
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = change(holder[path[-1]])
    return document
