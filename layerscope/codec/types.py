"""Types as annotations name them, and their codecs: a new field of a value needs nothing else."""

from collections.abc import Callable, Mapping
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

import numpy as np
from msgspec import Struct, field

from layerscope.codec.arrays import ArrayCodec, IntegersCodec, PositionCodec
from layerscope.codec.codec import Codec
from layerscope.codec.nested import ManyCodec, MappingCodec, OptionalCodec, RowCodec, UnionCodec
from layerscope.codec.records import RecordCodec
from layerscope.codec.scalars import BytesCodec, ChoiceCodec, EnumCodec, NumberCodec, ScalarCodec, TextCodec


class Codecs(Struct, frozen=True, eq=False):
    """The codecs of all types, for one kind of file.

    `special` gives a class a codec of its own. `is_raw` says of a field of a class whether its texts are as an image
    has them, and `counted_by` what bounds the integers of a field of that name: rows, layers, or nothing.
    """

    special: Callable[[type], Codec | None]
    is_raw: Callable[[type, str], bool]
    counted_by: Callable[[str], str | None]
    _records: dict[type, RecordCodec] = field(default_factory=dict)

    def codec_for(self, kind: Any, *, is_raw: bool = False, counts: str | None = None) -> Codec:
        """The codec of a type; raises TypeError for one that cannot be saved.

        `is_raw` texts are as the image has them, and integers may be positions that `counts` bounds.
        """
        if kind is int:
            return PositionCodec(counts) if counts else ScalarCodec(int)
        if kind == tuple[int, ...]:
            return IntegersCodec(counts)
        if isinstance(kind, type) and get_origin(kind) is None:
            return self._of_class(kind, is_raw=is_raw)
        return self._of_generic(get_origin(kind), get_args(kind), is_raw=is_raw, counts=counts)

    def _of_class(self, kind: type, *, is_raw: bool) -> Codec:
        if kind is str:
            return TextCodec(is_raw)
        if kind is bool:
            return ScalarCodec(bool)
        if kind is float:
            return NumberCodec()
        if kind is bytes:
            return BytesCodec()
        if issubclass(kind, Enum):
            return EnumCodec(kind)
        if (codec := self.special(kind)) is not None:
            return codec
        if issubclass(kind, Struct):
            return self._records.setdefault(kind, RecordCodec(kind, self._of_field))
        raise TypeError(f"{kind.__name__} cannot be saved: no codec is known for it")

    def _of_generic(self, origin: Any, parts: tuple[Any, ...], *, is_raw: bool, counts: str | None) -> Codec:
        def of(part: Any) -> Codec:
            return self.codec_for(part, is_raw=is_raw, counts=counts)

        if origin is tuple and parts[1:] == (...,):
            return ManyCodec(tuple, of(parts[0]))
        if origin is tuple:
            return RowCodec(tuple(of(part) for part in parts))
        if origin in (list, frozenset):
            return ManyCodec(origin, of(parts[0]))
        if origin in (dict, Mapping):
            return MappingCodec(RowCodec((self.codec_for(parts[0], is_raw=is_raw), of(parts[1]))))
        if origin is Literal:
            return ChoiceCodec(parts)
        if origin is np.ndarray:
            return ArrayCodec(np.dtype(get_args(parts[1])[0]), counts)
        if origin in (Union, UnionType):
            return _of_union(parts, of)
        raise TypeError(f"{origin} cannot be saved: no codec is known for it")

    def _of_field(self, kind: type, name: str, hint: Any) -> Codec:
        return self.codec_for(hint, is_raw=self.is_raw(kind, name), counts=self.counted_by(name))


def _of_union(parts: tuple[Any, ...], of: Callable[[Any], Codec]) -> Codec:
    others = [part for part in parts if part is not NoneType]
    codec = of(others[0]) if len(others) == 1 else UnionCodec(tuple((part, of(part)) for part in others))
    return OptionalCodec(codec) if len(others) < len(parts) else codec
