"""Codecs of values without parts."""

from enum import Enum
from math import isfinite
from typing import Any

import numpy as np
from msgspec import Struct

from layerscope.codec.codec import Sink, Source, as_count, damaged
from layerscope.units import safe_text


class ScalarCodec(Struct, frozen=True):
    """Integers and truth values, as they are."""

    kind: type

    def write(self, value: Any, _sink: Sink, /) -> Any:
        """The value as Python's own type, which NumPy's numbers are not."""
        return self.kind(value)

    def read(self, data: Any, _source: Source, /) -> Any:
        """The value, of exactly that type."""
        if type(data) is not self.kind:
            raise damaged(f"it has something else where a value of type {self.kind.__name__} belongs")
        return data


class NumberCodec(Struct, frozen=True):
    """Where a float is expected an integer may stand, and stays one."""

    def write(self, value: Any, _sink: Sink, /) -> Any:
        """The number as Python's own type."""
        return int(value) if isinstance(value, (int, np.integer)) else float(value)

    def read(self, data: Any, _source: Source, /) -> float:
        """The number, if it is finite."""
        if type(data) not in (int, float) or not isfinite(data):
            raise damaged("it has something else where a number belongs")
        return float(data) if type(data) is float else int(data)


class TextCodec(Struct, frozen=True):
    """Texts: raw ones as the image has them, and ours, which reports show without another look."""

    is_raw: bool

    def write(self, value: Any, _sink: Sink, /) -> Any:
        """The text itself."""
        return str(value)

    def read(self, data: Any, _source: Source, /) -> str:
        """The text; what could act on a terminal is escaped, unless all readers expect it."""
        if type(data) is not str:
            raise damaged("it has something else where a text belongs")
        return data if self.is_raw else safe_text(data)


class ChoiceCodec(Struct, frozen=True):
    """One of the values that are named in a `Literal`."""

    choices: tuple[Any, ...]

    def write(self, value: Any, _sink: Sink, /) -> Any:
        """The value itself."""
        return value

    def read(self, data: Any, _source: Source, /) -> Any:
        """The value, if it is one of them."""
        if type(data) not in {type(choice) for choice in self.choices} or data not in self.choices:
            raise damaged("it has a value that is none of those possible")
        return data


class EnumCodec(Struct, frozen=True):
    """Members of an enumeration, by their names."""

    kind: type[Enum]

    def write(self, value: Any, _sink: Sink, /) -> Any:
        """The member's name."""
        return value.name

    def read(self, data: Any, _source: Source, /) -> Enum:
        """The member of that name."""
        member = self.kind.__members__.get(data) if type(data) is str else None
        if member is None:
            raise damaged(f"it has an unknown {self.kind.__name__}")
        return member


class BytesCodec(Struct, frozen=True):
    """Byte strings, as columns."""

    def write(self, value: Any, sink: Sink, /) -> Any:
        """The length; the bytes go to the columns."""
        sink.columns.append(bytes(value))
        return len(value)

    def read(self, data: Any, source: Source, /) -> bytes:
        """The next bytes of the columns."""
        return source.take(as_count(data))
