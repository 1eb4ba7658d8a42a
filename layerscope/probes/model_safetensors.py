"""safetensors: eight bytes of length, a JSON header of that length, tensors (the format's own README, "Format")."""

import json
from typing import Any

from layerscope.layers.probe import ContentView, Ranges
from layerscope.probes.model_fact import HEAD_BYTES, ModelFile, count_elements, extend, short_text, tally

_LENGTH_BYTES = 8
# What the format's own readers accept.
_FORMAT_LIMIT_BYTES = 100_000_000
# An empty list is three bytes of JSON and about 80 in memory, so longer headers are left alone.
_PARSED_LIMIT_BYTES = 8 << 20
_DTYPE_LIMIT = 32


def is_safetensors(head: bytes, size_bytes: int) -> bool:
    """Whether a content of that size begins as safetensors do."""
    return head[_LENGTH_BYTES : _LENGTH_BYTES + 1] == b"{" and _header_end(head) <= size_bytes


def safetensors_ranges(head: bytes) -> Ranges:
    """What is needed of a content besides its head."""
    end = _header_end(head)
    is_wanted = head[_LENGTH_BYTES : _LENGTH_BYTES + 1] == b"{" and HEAD_BYTES < end <= _PARSED_LIMIT_BYTES
    return ((HEAD_BYTES, end - HEAD_BYTES),) if is_wanted else ()


def read_safetensors(view: ContentView, head: bytes) -> ModelFile:
    """Name, parameters and types; unknown where the header is too long to be parsed."""
    end = _header_end(head)
    if end > _PARSED_LIMIT_BYTES:
        return ModelFile("safetensors")
    header = _parse(extend(view, head, end)[_LENGTH_BYTES:])
    metadata = header.pop("__metadata__", None)
    words = metadata if isinstance(metadata, dict) else {}
    parameters, dtypes = tally((_tensor(value) for value in header.values()), view.size_bytes)
    return ModelFile(
        "safetensors",
        name=short_text(words.get("modelspec.title")) or short_text(words.get("name")),
        architecture=short_text(words.get("modelspec.architecture")),
        parameters=parameters,
        dtypes=dtypes,
    )


def _header_end(head: bytes) -> int:
    """Where the header ends; beyond any content where there can be none."""
    length = int.from_bytes(head[:_LENGTH_BYTES], "little")
    return _LENGTH_BYTES + length if 2 <= length <= _FORMAT_LIMIT_BYTES else 1 << 64


def _parse(header: bytes) -> dict[str, Any]:
    try:
        # It begins with a brace, so this is an object if it is anything.
        parsed: dict[str, Any] = json.loads(header.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise ValueError("its header is not JSON") from error
    return parsed


def _tensor(value: object) -> tuple[str, int]:
    dtype = value.get("dtype") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(dtype, str) or len(dtype) > _DTYPE_LIMIT:
        raise ValueError("its header has an entry that is no tensor")
    return dtype, count_elements(value.get("shape"))
