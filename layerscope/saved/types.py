"""What is special about the values of an analysis: whose texts are ours, and which integers are positions."""

from functools import cache
from typing import Any

from layerscope.codec.codec import Codec
from layerscope.codec.facts import FactCodec
from layerscope.codec.records import NamedCodec
from layerscope.codec.types import Codecs
from layerscope.detectors import all_detectors
from layerscope.detectors.detector import Detector
from layerscope.findings.rule import Rule
from layerscope.findings.rules import all_rules
from layerscope.index.owners import Package
from layerscope.layers.scan import Fact
from layerscope.oci.config import History, ImageConfig
from layerscope.oci.image import Image, Layer
from layerscope.oci.platform import Platform
from layerscope.saved.facts import FACT_TYPES
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
    return _CODECS.codec_for(kind, is_raw=is_raw, counts=counts)


def counted_by(name: str) -> str | None:
    """What bounds the integers of a field of that name: rows, layers, or nothing.

    It does not hold within a scan, whose facts have rows of their own.
    """
    if name in _LAYERS or name.endswith(_LAYER_ENDINGS):
        return "layer_count"
    is_rows = name in _ROWS or name.endswith(_ROW_ENDINGS)
    return "row_count" if is_rows and not name.endswith(_OF_ROWS) else None


def _is_raw(kind: type, name: str) -> bool:
    return kind in _RAW and name not in _OURS


@cache
def _special(kind: type) -> Codec | None:
    if kind is Fact:
        return FactCodec({probe: codec_for(value) for probe, value in FACT_TYPES.items()})
    if kind is Rule:
        return NamedCodec("rule", cache(lambda: {rule.id: rule for rule in all_rules()}))
    if kind is Detector:
        return NamedCodec("category", cache(lambda: {item.id: item for item in all_detectors()}))
    return None


_CODECS = Codecs(_special, _is_raw, counted_by)
