"""Parts of documents: what they take, what they refuse, and that pydantic agrees."""

from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal

import pytest
from pydantic import TypeAdapter, ValidationError

import layerscope
from layerscope.report.build import build_document
from layerscope.report.document import Document
from layerscope.report.model import Field, Model, plain, schema_model
from tests.test_samples import ARCHIVES


class Part(Model):
    """A part."""

    id: str
    sizes: list[int] = Field(description="In bytes.")
    kind: Literal["a", "b"] = "a"


class Whole(Model):
    """Parts in a whole."""

    schema_: str = Field(default="urn:x", alias="$schema")
    parts: list[Part]
    one: Part | None


def test_values_by_name_and_json_by_alias() -> None:
    part = Part(id="x", sizes=[1])
    assert (part.id, part.sizes, part.kind) == ("x", [1], "a")
    expected: dict[str, Any] = {"id": "x", "sizes": [1], "kind": "a"}
    assert plain(Whole(parts=[part], one=None)) == {"$schema": "urn:x", "parts": [expected], "one": None}


@pytest.mark.parametrize("values", [{"id": "x"}, {"id": "x", "sizes": [], "size": 1}])
def test_a_missing_or_unknown_field_is_an_error(values: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="size"):
        Part(**values)
    with pytest.raises(ValidationError):
        schema_model(Part).model_validate(values)


def test_parts_are_fixed() -> None:
    with pytest.raises(AttributeError):
        setattr(Part(id="x", sizes=[]), "id", "y")  # noqa: B010 - a type checker refuses the other way


def test_dataclasses_and_enums_become_plain_too() -> None:
    class Colour(Enum):
        RED = "red"

    @dataclass(frozen=True)
    class Value:
        colour: Colour
        pair: tuple[int, None]

    assert plain([Value(Colour.RED, (1, None))]) == [{"colour": "red", "pair": [1, None]}]


@pytest.mark.parametrize("archive", ARCHIVES, ids=lambda path: path.name)
def test_a_report_is_what_its_types_say(archive: Any) -> None:
    content = plain(build_document(layerscope.analyze(str(archive))))
    model = TypeAdapter(Document).validate_python(content, strict=True)
    assert TypeAdapter(Document).dump_python(model, mode="json", by_alias=True) == content
