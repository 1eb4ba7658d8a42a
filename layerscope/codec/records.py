"""Codecs of our own values: frozen structs as lists of their fields, rules and detectors by their ids."""

from collections.abc import Callable, Container, Mapping
from typing import Any, get_type_hints

from msgspec import Struct, field

from layerscope.codec.codec import HINT, Codec, Sink, Source, as_list, damaged
from layerscope.errors import MalformedImage

FieldCodec = Callable[[type, str, Any], Codec]
"""The codec of a field: of which class, under which name, of which type."""


class RecordCodec(Struct, frozen=True, eq=False):
    """A struct; one that stands in several places is written once and is one object again."""

    kind: type[Struct]
    codec_of: FieldCodec
    _codecs: dict[str, Codec] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The class with its module, as classes of two modules may have one name."""
        return f"{self.kind.__module__.removeprefix('layerscope.')}.{self.kind.__name__}"

    def write(self, value: Any, sink: Sink, /) -> Any:
        """A list of the fields, or the number of a record that was written before."""
        if (number := sink.numbers.get(id(value))) is not None:
            return number
        codecs = self._fields()
        sink.shapes.setdefault(self.name, list(codecs))
        data = [codec.write(getattr(value, name), sink) for name, codec in codecs.items()]
        sink.numbers[id(value)] = len(sink.numbers)
        return data

    def read(self, data: Any, source: Source, /) -> Any:
        """The record, or the one that was read before."""
        if type(data) is int:
            return self._known(data, source)
        codecs, shape = self._fields(), source.shapes.get(self.name, [])
        values = {}
        for name, item in zip(shape, as_list(data, len(shape)), strict=True):
            if name not in codecs:
                raise unknown(f"{name} of {self.kind.__name__}")
            values[name] = codecs[name].read(item, source)
        if len(values) < len(codecs):
            check_fields(self.kind, values, codecs)
        record = self.kind(**values)
        source.records.append(record)
        return record

    def _known(self, number: int, source: Source) -> Any:
        if not 0 <= number < len(source.records) or type(source.records[number]) is not self.kind:
            raise damaged("it points at a value that it does not have")
        return source.records[number]

    def _fields(self) -> dict[str, Codec]:
        """The fields' codecs; made when first needed, since a class may have fields of its own type."""
        if not self._codecs:
            hints = get_type_hints(self.kind)
            self._codecs.update(
                {name: self.codec_of(self.kind, name, hints[name]) for name in self.kind.__struct_fields__}
            )
        return self._codecs


def check_fields(kind: type[Struct], values: Container[str], wanted: Container[str]) -> None:
    """Raise MalformedImage where a field is missing that has no default."""
    names = kind.__struct_fields__
    for name in names[: len(names) - len(kind.__struct_defaults__)]:
        if name in wanted and name not in values:
            raise MalformedImage(
                f"The saved analysis lacks {name} of {kind.__name__}, which this version needs.", hint=HINT
            )


def unknown(what: str) -> MalformedImage:
    """The error for something that only another version knows."""
    return MalformedImage(
        f"The saved analysis holds {what}, which this version does not know.",
        hint="Use the version of layerscope that saved it, or analyse the image again with --save.",
    )


class NamedCodec(Struct, frozen=True, eq=False):
    """Rules and detectors, which are part of the program: saved by id and looked up again."""

    title: str
    known: Callable[[], Mapping[str, Any]]

    def write(self, value: Any, _sink: Sink, /) -> Any:
        """The id."""
        return value.id

    def read(self, data: Any, _source: Source, /) -> Any:
        """The one of that id."""
        found = self.known().get(data) if type(data) is str else None
        if found is None:
            raise unknown(f"a {self.title} of another version")
        return found
