"""GGUF: counts, metadata as keys and values, and what each tensor is (gguf.md of ggml, versions 2 and 3)."""

import struct
from collections.abc import Iterator

from layerscope.layers.probe import ContentView, Ranges
from layerscope.probes.model_fact import HEAD_BYTES, ModelFile, count_elements, extend, short_text, tally

MAGIC = b"GGUF"
# Vocabularies and their merges are here, 100,000s of texts; the rest is short.
_HEADER_LIMIT_BYTES = 32 << 20
_COUNT_LIMIT = 100_000
_TEXT_LIMIT_BYTES = 65_535
_DIMENSIONS = 8
_STRING, _ARRAY = 8, 9
_SCALAR_BYTES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
_KEPT = (b"general.name", b"general.architecture")
# ggml_type of ggml.h, in its order.
_TENSOR_TYPES = (
    "F32 F16 Q4_0 Q4_1 Q4_2 Q4_3 Q5_0 Q5_1 Q8_0 Q8_1 Q2_K Q3_K Q4_K Q5_K Q6_K Q8_K IQ2_XXS IQ2_XS IQ3_XXS IQ1_S"
    " IQ4_NL IQ3_S IQ2_S IQ4_XS I8 I16 I32 I64 F64 IQ1_M BF16 Q4_0_4_4 Q4_0_4_8 Q4_0_8_8 TQ1_0 TQ2_0 IQ4_NL_4_4"
    " IQ4_NL_4_8 IQ4_NL_8_8 MXFP4 NVFP4 Q1_0"
)
_NAMES = dict(enumerate(_TENSOR_TYPES.split()))


class _Unread(ValueError):
    """The header may be well, but goes on beyond what is read of it."""


def gguf_ranges(head: bytes) -> Ranges:
    """What is needed of a content besides its head."""
    return ((HEAD_BYTES, _HEADER_LIMIT_BYTES - HEAD_BYTES),) if head.startswith(MAGIC) else ()


def read_gguf(view: ContentView, head: bytes) -> ModelFile:
    """Name, architecture, parameters and types; unknown in other versions and where the header is too long."""
    # Nothing marks the byte order, but no version is as large as one that is read the wrong way round.
    order = "<" if int.from_bytes(head[4:8], "little") & 0xFFFF else ">"
    header = _Header(extend(view, head, _HEADER_LIMIT_BYTES), view.size_bytes, order)
    words: dict[bytes, str | None] = {}
    parameters: int | None = None
    dtypes: tuple[tuple[str, int], ...] = ()
    try:
        (version,) = header.take("I")
        if version in (2, 3):
            tensor_count, value_count = header.take("QQ")
            header.read_metadata(value_count, words)
            parameters, dtypes = tally(header.tensors(tensor_count), view.size_bytes)
    except _Unread:
        # What was found before stays true.
        pass
    return ModelFile("gguf", words.get(_KEPT[0]), words.get(_KEPT[1]), parameters, dtypes)


class _Header:
    """A position in the header; every step checks that there are bytes for it."""

    def __init__(self, data: bytes, size_bytes: int, order: str) -> None:
        self._data = data
        self._size_bytes = size_bytes
        self._order = order
        self._position = len(MAGIC)

    def read_metadata(self, count: int, words: dict[bytes, str | None]) -> None:
        """Pass over keys and values, keeping what the model says about itself."""
        _check_count(count)
        for _ in range(count):
            key = self._text()
            (kind,) = self.take("I")
            if kind == _STRING and key in _KEPT:
                words[key] = short_text(self._text().decode("utf-8", "replace"))
            elif kind == _ARRAY:
                self._skip(*self.take("IQ"))
            else:
                self._skip(kind, 1)

    def tensors(self, count: int) -> Iterator[tuple[str, int]]:
        """Type and elements of each tensor."""
        _check_count(count)
        for _ in range(count):
            self._text()
            (dimensions,) = self.take("I")
            if dimensions > _DIMENSIONS:
                raise ValueError("a tensor has too many dimensions")
            *shape, kind, _offset = self.take(f"{dimensions}QIQ")
            yield _NAMES.get(kind, f"type {kind}"), count_elements(shape)

    def take(self, form: str) -> tuple[int, ...]:
        """The next integers, of a form as in `struct`."""
        form = self._order + form
        start = self._position
        self._advance_to(start + struct.calcsize(form))
        return struct.unpack_from(form, self._data, start)

    def _text(self) -> bytes:
        (length,) = self.take("Q")
        if length > _TEXT_LIMIT_BYTES:
            raise ValueError("a key or a name is too long")
        start = self._position
        self._advance_to(start + length)
        return self._data[start : self._position]

    def _skip(self, kind: int, count: int) -> None:
        if kind == _STRING:
            self._skip_texts(count)
        elif kind == _ARRAY:
            raise _Unread("arrays of arrays, which ggml does not read either")
        elif kind in _SCALAR_BYTES:
            self._advance_to(self._position + count * _SCALAR_BYTES[kind])
        else:
            raise ValueError("its metadata has a value of no known type")

    def _skip_texts(self, count: int) -> None:
        self._check(self._position + 8 * count)
        # A vocabulary is here, of some 100,000 texts, so this loop does as little as it can.
        unpack = struct.Struct(self._order + "Q").unpack_from
        data, position = self._data, self._position
        try:
            for _ in range(count):
                position += 8 + unpack(data, position)[0]
        except (struct.error, OverflowError):
            self._check(position + 8)
        self._advance_to(position)

    def _advance_to(self, position: int) -> None:
        self._check(position)
        self._position = position

    def _check(self, position: int) -> None:
        if position > self._size_bytes:
            raise ValueError("it ends within its header")
        if position > len(self._data):
            raise _Unread("its header is too long")


def _check_count(count: int) -> None:
    if count > _COUNT_LIMIT:
        raise ValueError(f"its header counts {count} things")
