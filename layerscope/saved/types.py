"""Types as annotations name them, and their codecs: a new field of an analysis needs nothing else."""

from collections.abc import Mapping
from dataclasses import is_dataclass
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

import numpy as np

from layerscope.detectors import all_detectors
from layerscope.detectors.detector import Detector
from layerscope.findings.rule import Rule
from layerscope.findings.rules import all_rules
from layerscope.index.owners import Package
from layerscope.layers.scan import Fact
from layerscope.oci.config import History, ImageConfig
from layerscope.oci.image import Image, Layer
from layerscope.oci.platform import Platform
from layerscope.saved.arrays import ArrayCodec, IntegersCodec, PositionCodec
from layerscope.saved.codec import Codec
from layerscope.saved.facts import FACT_TYPES, FactCodec
from layerscope.saved.nested import ManyCodec, MappingCodec, OptionalCodec, RowCodec, UnionCodec
from layerscope.saved.records import NamedCodec, RecordCodec
from layerscope.saved.scalars import BytesCodec, ChoiceCodec, EnumCodec, NumberCodec, ScalarCodec, TextCodec
from layerscope.twins import FunctionalDuplicate

# Their texts are the image's own words, which every report escapes; the others are ours and shown as they are.
_RAW = frozenset((Image, ImageConfig, History, Layer, Platform, Package, FunctionalDuplicate, *FACT_TYPES.values()))
# Texts beside them that are ours all the same.
_OURS = frozenset(("manager", "source", "format", "machine", "type", "kind"))
_LAYERS = frozenset(("layer", "layers", "hidden_by", "position", "strange"))
_LAYER_ENDINGS = ("_layer", "_layers")
_ROWS = frozenset(("row", "rows"))
_ROW_ENDINGS = ("_rows", "_by")
# One number for each row, which is none.
_OF_ROWS = "of_rows"


def codec_for(kind: Any, *, is_raw: bool = False, counts: str | None = None) -> Codec:
    """The codec of a type; raises TypeError for one that cannot be saved.

    `is_raw` texts are as the image has them, and integers may be positions that `counts` bounds.
    """
    if kind is int:
        return PositionCodec(counts) if counts else ScalarCodec(int)
    if kind == tuple[int, ...]:
        return IntegersCodec(counts)
    if isinstance(kind, type) and get_origin(kind) is None:
        return _of_class(kind, is_raw=is_raw)
    return _of_generic(get_origin(kind), get_args(kind), is_raw=is_raw, counts=counts)


def counted_by(name: str) -> str | None:
    """What bounds the integers of a field of that name: rows, layers, or nothing.

    It does not hold within a scan, whose facts have rows of their own.
    """
    if name in _LAYERS or name.endswith(_LAYER_ENDINGS):
        return "layer_count"
    is_rows = name in _ROWS or name.endswith(_ROW_ENDINGS)
    return "row_count" if is_rows and not name.endswith(_OF_ROWS) else None


def _of_class(kind: type, *, is_raw: bool) -> Codec:
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
    if kind is Fact:
        return FactCodec(codec_for)
    if kind in (Rule, Detector):
        return _of_names(kind)
    if is_dataclass(kind):
        return _of_record(kind)
    raise TypeError(f"{kind.__name__} cannot be saved: no codec is known for it")


def _of_generic(origin: Any, parts: tuple[Any, ...], *, is_raw: bool, counts: str | None) -> Codec:
    def of(part: Any) -> Codec:
        return codec_for(part, is_raw=is_raw, counts=counts)

    if origin is tuple and parts[1:] == (...,):
        return ManyCodec(tuple, of(parts[0]))
    if origin is tuple:
        return RowCodec(tuple(of(part) for part in parts))
    if origin in (list, frozenset):
        return ManyCodec(origin, of(parts[0]))
    if origin in (dict, Mapping):
        return MappingCodec(RowCodec((codec_for(parts[0], is_raw=is_raw), of(parts[1]))))
    if origin is Literal:
        return ChoiceCodec(parts)
    if origin is np.ndarray:
        return ArrayCodec(np.dtype(get_args(parts[1])[0]), counts)
    if origin in (Union, UnionType):
        return _of_union(parts, of)
    raise TypeError(f"{origin} cannot be saved: no codec is known for it")


def _of_union(parts: tuple[Any, ...], of: Any) -> Codec:
    others = [part for part in parts if part is not NoneType]
    codec = of(others[0]) if len(others) == 1 else UnionCodec(tuple((part, of(part)) for part in others))
    return OptionalCodec(codec) if len(others) < len(parts) else codec


@cache
def _of_names(kind: type) -> NamedCodec:
    if kind is Rule:
        return NamedCodec("rule", cache(lambda: {rule.id: rule for rule in all_rules()}))
    return NamedCodec("category", cache(lambda: {item.id: item for item in all_detectors()}))


@cache
def _of_record(kind: type) -> RecordCodec:
    return RecordCodec(kind, _of_field)


def _of_field(kind: type, name: str, hint: Any) -> Codec:
    return codec_for(hint, is_raw=kind in _RAW and name not in _OURS, counts=counted_by(name))
