"""Facts, whose values are of their probes' types."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from layerscope.codec.codec import Codec, Sink, Source, as_count, as_list
from layerscope.codec.records import unknown
from layerscope.layers.scan import Fact


class FactCodec(Struct, frozen=True):
    """A fact, whose value has the codec of its probe."""

    values: Mapping[str, Codec]

    def write(self, value: Fact, sink: Sink, /) -> Any:
        """The row, the probe and the value."""
        return [value.row, value.probe, self.values[value.probe].write(value.value, sink)]

    def read(self, data: Any, source: Source, /) -> Fact:
        """The fact; whether its scan has such a row is not known yet."""
        row, probe, item = as_list(data, 3)
        codec = self.values.get(probe) if type(probe) is str else None
        if codec is None:
            raise unknown("what a probe of another version found")
        return Fact(as_count(row), probe, codec.read(item, source))
