"""Codecs of values that hold others: tuples, sets, mappings and unions."""

import json
from typing import Any

from msgspec import Struct

from layerscope.codec.codec import Codec, Sink, Source, as_list, damaged


class ManyCodec(Struct, frozen=True):
    """Any number of values of one type, as a tuple, a list or a set."""

    kind: type
    item: Codec

    def write(self, value: Any, sink: Sink, /) -> Any:
        """A list; that of a set is sorted, since sets have no order."""
        items = [self.item.write(item, sink) for item in value]
        return sorted(items, key=json.dumps) if self.kind is frozenset else items

    def read(self, data: Any, source: Source, /) -> Any:
        """The values."""
        read = self.item.read
        return self.kind([read(item, source) for item in as_list(data)])


class RowCodec(Struct, frozen=True):
    """A tuple whose places have types of their own."""

    items: tuple[Codec, ...]

    def write(self, value: Any, sink: Sink, /) -> Any:
        """A list."""
        return [codec.write(item, sink) for codec, item in zip(self.items, value, strict=True)]

    def read(self, data: Any, source: Source, /) -> tuple[Any, ...]:
        """The values, neither more nor fewer."""
        pairs = zip(self.items, as_list(data, len(self.items)), strict=True)
        return tuple(codec.read(item, source) for codec, item in pairs)


class MappingCodec(Struct, frozen=True):
    """Mappings, in their order."""

    pair: RowCodec

    def write(self, value: Any, sink: Sink, /) -> Any:
        """A list of keys and values."""
        return [self.pair.write(item, sink) for item in value.items()]

    def read(self, data: Any, source: Source, /) -> dict[Any, Any]:
        """The keys and values."""
        return dict([self.pair.read(item, source) for item in as_list(data)])


class OptionalCodec(Struct, frozen=True):
    """A value or None."""

    item: Codec

    def write(self, value: Any, sink: Sink, /) -> Any:
        """The value, or nothing."""
        return None if value is None else self.item.write(value, sink)

    def read(self, data: Any, source: Source, /) -> Any:
        """The value, or None."""
        return None if data is None else self.item.read(data, source)


class UnionCodec(Struct, frozen=True):
    """Values of one of several types, each with the name of its own."""

    kinds: tuple[tuple[type, Codec], ...]

    def write(self, value: Any, sink: Sink, /) -> Any:
        """The name and the value."""
        kind, codec = next(item for item in self.kinds if _is_of(value, item[0]))
        return [kind.__name__, codec.write(value, sink)]

    def read(self, data: Any, source: Source, /) -> Any:
        """The value, of the type that is named."""
        name, item = as_list(data, 2)
        for kind, codec in self.kinds:
            if kind.__name__ == name:
                return codec.read(item, source)
        raise damaged("it has a value of an unknown type")


def _is_of(value: Any, kind: type) -> bool:
    """Whether a value has exactly that type; a float may be an integer, as annotations have it."""
    return type(value) is kind or (kind is float and type(value) is int)
