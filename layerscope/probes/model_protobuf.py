"""Models that are protobuf messages, told by their first fields (Protocol Buffers, "Encoding").

None has a magic number: ONNX (onnx.proto), TensorFlow (saved_model.proto, graph.proto), SentencePiece
(sentencepiece_model.proto), Core ML (Model.proto).
"""

import re

from msgspec import Struct

from layerscope.probes.model_fact import Ends

_VARINT, _FIXED64, _LENGTH, _FIXED32 = 0, 1, 2, 5
_WIRE_TYPES = (_VARINT, _FIXED64, _LENGTH, _FIXED32)
_FIXED_BYTES = {_FIXED64: 8, _FIXED32: 4}
_FIELDS = 32
# ModelProto: ir_version, producer_name, producer_version, domain, model_version, doc_string, graph, opset_import.
_ONNX = {1: _VARINT, 2: _LENGTH, 3: _LENGTH, 4: _LENGTH, 5: _VARINT, 6: _LENGTH, 7: _LENGTH, 8: _LENGTH}
_ONNX_GRAPH = 7
_OPERATION = re.compile(rb"[A-Z_][A-Za-z0-9_>]*")


class _Field(Struct, frozen=True):
    """A field: the value of a number, and where its content lies."""

    number: int
    wire_type: int
    value: int
    start: int
    end: int


def is_onnx(ends: Ends) -> bool:
    """Whether it begins with a version and then has a graph, with nothing strange before it."""
    fields = _fields(ends.head, ends.size_bytes)
    numbers = [field.number for field in fields]
    if not fields or numbers[0] != 1 or not 1 <= fields[0].value <= 1_000 or _ONNX_GRAPH not in numbers:
        return False
    before = fields[: numbers.index(_ONNX_GRAPH) + 1]
    return all(_ONNX.get(field.number) == field.wire_type for field in before)


def is_saved_model(ends: Ends) -> bool:
    """Whether it is a SavedModel: schema version 1, then graphs."""
    fields = _fields(ends.head, ends.size_bytes)
    return _shape(fields[:2]) == [(1, _VARINT), (2, _LENGTH)] and fields[0].value == 1


def is_tensorflow_graph(ends: Ends) -> bool:
    """Whether it is a GraphDef: its first node has a name and an operation."""
    fields = _fields(ends.head, ends.size_bytes)
    if _shape(fields[:1]) != [(1, _LENGTH)]:
        return False
    node = _within(ends, fields[0])
    name_and_operation = _shape(node[:2]) == [(1, _LENGTH), (2, _LENGTH)]
    return name_and_operation and _OPERATION.fullmatch(ends.head, node[1].start, node[1].end) is not None


def is_sentencepiece(ends: Ends) -> bool:
    """Whether it begins with pieces, a text and a score each, and one of the first is for the unknown."""
    fields = _fields(ends.head, ends.size_bytes)[:3]
    if _shape(fields) != [(1, _LENGTH)] * 3 or b"<unk>" not in ends.head[:512]:
        return False
    return _shape(_within(ends, fields[0])[:2]) == [(1, _LENGTH), (2, _FIXED32)]


def is_core_ml(ends: Ends) -> bool:
    """Whether it begins with a version and a description."""
    fields = _fields(ends.head, ends.size_bytes)
    return _shape(fields[:2]) == [(1, _VARINT), (2, _LENGTH)] and 1 <= fields[0].value <= 100


def _shape(fields: list[_Field]) -> list[tuple[int, int]]:
    return [(field.number, field.wire_type) for field in fields]


def _within(ends: Ends, message: _Field) -> list[_Field]:
    return _fields(ends.head, message.end, message.start)


def _fields(head: bytes, end_bytes: int, position: int = 0) -> list[_Field]:
    """The first fields from a position on, up to one that is no field or goes beyond the end."""
    fields: list[_Field] = []
    while position < min(len(head), end_bytes) and len(fields) < _FIELDS:
        tag, position = _varint(head, position)
        number, wire_type = tag >> 3, tag & 7
        value, start = (0, position) if wire_type in _FIXED_BYTES else _varint(head, position)
        end = start + (value if wire_type == _LENGTH else _FIXED_BYTES.get(wire_type, 0))
        if number == 0 or wire_type not in _WIRE_TYPES or end > end_bytes:
            break
        fields.append(_Field(number, wire_type, value, start, end))
        position = end
    return fields


def _varint(data: bytes, position: int) -> tuple[int, int]:
    """A number of at most ten bytes, and where it ends; what is none ends beyond any content."""
    value = 0
    for index, byte in enumerate(data[position : position + 10]):
        value |= (byte & 0x7F) << 7 * index
        if byte < 0x80:
            return value, position + index + 1
    return 0, 1 << 63
