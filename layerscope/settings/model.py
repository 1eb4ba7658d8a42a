"""What may stand in a configuration file, key by key; its schema and the table in the documentation come from here."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from layerscope.checks.gate import Level
from layerscope.detectors import all_detectors
from layerscope.findings.rules import all_rules
from layerscope.knowledge.cuda_variants import VARIANTS
from layerscope.settings.amounts import parse_bandwidth, parse_seconds, parse_size
from layerscope.settings.budget import FindingLimit, Growth, parse_growth

SCHEMA_ID = "urn:layerscope:config:1"
_LEVELS = tuple(level.value for level in Level)


def _either(*examples: Any) -> WithJsonSchema:
    return WithJsonSchema({"type": ["string", "integer"], "minimum": 0, "examples": list(examples)})


def _finding(value: Any) -> FindingLimit:
    """How grave a finding is: a level, or a size up to which it is a warning and above which an error."""
    if value in _LEVELS:
        return FindingLimit(Level(value))
    try:
        return FindingLimit(Level.ERROR, parse_size(value))
    except ValueError:
        raise ValueError(f"{', '.join(_LEVELS)} or a size is wanted, as in 10 MB") from None


def _variants(value: Any) -> tuple[str, ...]:
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not names or not all(name in VARIANTS for name in names):
        raise ValueError(f"one of {', '.join(VARIANTS)}, or a list of them, is wanted")
    return tuple(names)


def _patterns(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) and item.strip("/*") for item in value):
        raise ValueError('a list of patterns is wanted, as in ["*.pem", "/root/.ssh/"]')
    return tuple(value)


Size = Annotated[int, BeforeValidator(parse_size), _either("5 GB", "4.5 GiB")]
GrowthValue = Annotated[
    Growth,
    BeforeValidator(parse_growth),
    WithJsonSchema({"type": ["string", "integer"], "examples": ["5 %", "200 MB"]}),
]
FindingValue = Annotated[
    FindingLimit,
    BeforeValidator(_finding),
    WithJsonSchema({"anyOf": [{"enum": list(_LEVELS)}, {"type": ["string", "integer"], "examples": ["10 MB"]}]}),
]
Bandwidth = Annotated[
    int, BeforeValidator(parse_bandwidth), WithJsonSchema({"type": "string", "examples": ["1 Gbit/s", "125 MB/s"]})
]
Seconds = Annotated[float, BeforeValidator(parse_seconds), _either("90 s", "2 min")]
VariantNames = Annotated[
    tuple[str, ...],
    BeforeValidator(_variants),
    WithJsonSchema(
        {"anyOf": [{"enum": list(VARIANTS)}, {"type": "array", "minItems": 1, "items": {"enum": list(VARIANTS)}}]}
    ),
]
Patterns = Annotated[
    tuple[str, ...],
    BeforeValidator(_patterns),
    WithJsonSchema({"type": "array", "items": {"type": "string"}, "examples": [["*.pem", "/root/.ssh/"]]}),
]


def _hyphenated(name: str) -> str:
    return name.replace("_", "-")


class Model(BaseModel):
    """Base of all parts: these keys, no others."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, alias_generator=_hyphenated, arbitrary_types_allowed=True
    )


class GrowthModel(Model):
    """How much more than the baseline the image may have."""

    stored: GrowthValue | None = Field(default=None, description="More stored bytes than the baseline has.")
    transfer: GrowthValue | None = Field(default=None, description="More bytes on the wire than the baseline has.")
    floor: Size = Field(default=0, description="What is always allowed where a share is the limit.")


class BudgetModel(Model):
    """What the image may have at most."""

    stored: Size | None = Field(default=None, description="Content of all layers.")
    transfer: Size | None = Field(default=None, description="What a pull fetches, measured or estimated.")
    superseded: Size | None = Field(default=None, description="Shipped but invisible.")
    duplicate: Size | None = Field(default=None, description="Visible more than once.")
    reclaimable: Size | None = Field(default=None, description="What all findings together can spare.")
    pull_time: Seconds | None = Field(default=None, description="Transfer at the bandwidth.")
    variant: VariantNames = Field(default=(), description="The variants that the base image may have.")
    forbidden: Patterns = Field(default=(), description="Paths that no layer may ship, even if a later one hides them.")
    growth: GrowthModel = Field(default=GrowthModel(), description="Limits against the baseline.")
    categories: dict[str, Size] = Field(default={}, description="Stored bytes of a category, by its id.")


class BaseModelEntry(Model):
    """A base image of your own."""

    name: str = Field(description="Its reference.", min_length=1, examples=["registry.example/ml-base:1"])
    variant: Literal["base", "runtime", "devel", "cudnn-runtime", "cudnn-devel"] | None = Field(
        default=None, description="What of CUDA it has in the system."
    )
    parent: str | None = Field(
        default=None,
        description="What it was built on: one of these, or a reference.",
        examples=["nvidia/cuda:12.4.1-base-ubuntu22.04"],
    )
    packages: list[str] = Field(
        default=[], description="System packages that only it has together.", examples=[["our-tools=1.2"]]
    )
    layers: list[str] = Field(
        default=[], description="Its layers' diff IDs, the lowest first.", examples=[["sha256:0123..."]]
    )


class ConfigModel(Model):
    """The configuration file."""

    purpose: Literal["prod", "dev", "ci"] | None = Field(default=None, description="What the image is for.")
    platform: str | None = Field(
        default=None, description="Which platform of a multi-platform image, as linux/arm64.", examples=["linux/arm64"]
    )
    pull: Literal["missing", "always", "never"] | None = Field(default=None, description="Whether an engine may pull.")
    bandwidth: Bandwidth | None = Field(default=None, description="At which pull times are given.")
    baseline: str | None = Field(
        default=None,
        description="A JSON report or saved analysis, relative to this file.",
        examples=["main.json"],
    )
    max_unpacked: Size | None = Field(
        default=None, description="What all compressed layers together may unpack to; the rest is not read."
    )
    max_ratio: int | None = Field(
        default=None,
        description="How many times its size a layer may unpack to without a warning.",
        ge=1,
        le=1_000_000,
        examples=[1000],
    )
    strict: bool = Field(default=False, description="Whether a skipped check counts as failed.")
    dive_ci: str | Literal[False] | None = Field(
        default=None, description="A .dive-ci file, false for none; the nearest one if unset.", examples=[".dive-ci"]
    )
    budget: BudgetModel = Field(default=BudgetModel(), description="What the image may have at most.")
    findings: dict[str, FindingValue] = Field(
        default={}, description="error, warn or off by a finding's id; or a size, above which it is an error."
    )
    bases: list[BaseModelEntry] = Field(default=[], description="Base images of your own.")


def names_by_section() -> dict[str, tuple[str, ...]]:
    """The names that may stand as keys where a section is a mapping by id."""
    return {
        "budget.categories": tuple(sorted(detector.id for detector in all_detectors())),
        "findings": tuple(sorted(rule.id for rule in all_rules())),
    }


def key_rows(model: type[BaseModel] = ConfigModel, above: str = "") -> Iterator[tuple[str, Any, str]]:
    """Every key with an example and what it means, for the documentation."""
    schema = model.model_json_schema(by_alias=True, mode="validation")["properties"]
    for name, field in model.model_fields.items():
        key, part = field.alias or name, field.annotation
        inner = next((item for item in getattr(part, "__args__", ()) if isinstance(item, type)), part)
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            mark = "[]." if part is not inner else "."
            yield from key_rows(inner, f"{above}{key}{mark}")
        else:
            is_by_id = "additionalProperties" in schema[key]
            example = _example(schema[key].get("additionalProperties", schema[key]))
            yield f"{above}{key}{'.ID' if is_by_id else ''}", example, field.description or ""


def _example(schema: dict[str, Any]) -> Any:
    for part in (schema, *schema.get("anyOf", ())):
        if part.get("type") == "boolean":
            return True
        if values := part.get("examples") or part.get("enum"):
            return values[0]
    raise ValueError("a key of the configuration has no example")


def json_schema() -> dict[str, Any]:
    """The schema of `.layerscope.toml`, for editors."""
    schema = ConfigModel.model_json_schema(by_alias=True, mode="validation")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID} | schema
