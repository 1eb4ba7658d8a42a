"""The codecs of what is kept: everything comes back as it was, so that no report changes."""

from functools import cache
from types import NoneType
from typing import Any, get_type_hints

from layerscope.codec.codec import Codec
from layerscope.codec.facts import FactCodec
from layerscope.codec.types import Codecs
from layerscope.layers.scan import Fact
from layerscope.probes import PROBES


def codec_for(kind: Any) -> Codec:
    """The codec of a type; raises TypeError for one that cannot be kept."""
    return _CODECS.codec_for(kind, is_raw=True)


@cache
def fact_types() -> dict[str, Any]:
    """What each probe finds, as its `read` is annotated; those of one id find the same."""
    kinds = ((probe.id, get_type_hints(probe.read)["return"]) for probe in PROBES)
    return {probe: kind for probe, kind in kinds if kind is not NoneType}


@cache
def _special(kind: type) -> Codec | None:
    if kind is Fact:
        return FactCodec({probe: codec_for(value) for probe, value in fact_types().items()})
    return None


_CODECS = Codecs(_special, lambda _kind, _name: True, lambda _name: None)
