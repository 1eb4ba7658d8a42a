"""What all parts of the public documents have in common.

pydantic makes schemas of them. A report needs none, and pydantic takes longer to load than an image's tree to be built;
so these are plain values, and `schema_of` shows them to pydantic where somebody asks.
"""

from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from inspect import get_annotations
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, NoReturn, dataclass_transform

if TYPE_CHECKING:
    from pydantic import BaseModel, GetCoreSchemaHandler
    from pydantic_core import CoreSchema

_REQUIRED: Any = object()


class _Told(NamedTuple):
    default: Any
    alias: str | None
    description: str | None


class _Field(NamedTuple):
    annotation: Any
    default: Any
    alias: str | None
    description: str | None


def Field(  # noqa: N802 - reads as pydantic's does
    *, default: Any = _REQUIRED, alias: str | None = None, description: str | None = None
) -> Any:
    """What is to be said of a field besides its type; `alias` is its name in JSON."""
    return _Told(default, alias, description)


@dataclass_transform(eq_default=False, kw_only_default=True, frozen_default=True, field_specifiers=(Field,))
class Model:
    """Base of all parts: fixed fields, no others."""

    _fields: ClassVar[dict[str, _Field]] = {}

    def __init_subclass__(cls) -> None:
        cls._fields = dict(cls._fields)
        for name, annotation in get_annotations(cls).items():
            told = cls.__dict__.get(name, _REQUIRED)
            told = told if isinstance(told, _Told) else _Told(told, None, None)
            cls._fields[name] = _Field(annotation, told.default, told.alias, told.description)

    def __init__(self, **values: Any) -> None:
        """Take a value for each field; raises TypeError where one has neither a value nor a default."""
        for name, field in self._fields.items():
            value = values.pop(name, field.default)
            if value is _REQUIRED:
                raise TypeError(f"{type(self).__name__} needs {name}")
            self.__dict__[name] = value
        if values:
            raise TypeError(f"{type(self).__name__} has no {', '.join(values)}")

    def __setattr__(self, name: str, value: Any) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} is fixed: {name} cannot be set")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self.__dict__.items())})"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: "GetCoreSchemaHandler") -> "CoreSchema":
        part: Any = cls
        return handler.generate_schema(schema_model(part))


def plain(value: Any) -> Any:
    """A part or a dataclass, and all that is in it, as JSON's own types."""
    if isinstance(value, Model):
        own = value.__dict__
        return {field.alias or name: plain(own[name]) for name, field in value._fields.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    return value


@cache
def schema_model(part: Any) -> "type[BaseModel]":
    """The class of a part as a model of pydantic, for its schema."""
    from pydantic import ConfigDict, create_model
    from pydantic import Field as SchemaField

    told: dict[str, Any] = {}
    for name, field in part._fields.items():
        default = ... if field.default is _REQUIRED else field.default
        told[name] = (field.annotation, SchemaField(default, alias=field.alias, description=field.description))
    config = ConfigDict(extra="forbid", serialize_by_alias=True, validate_by_name=True)
    return create_model(part.__name__, __config__=config, __doc__=part.__doc__, **told)
