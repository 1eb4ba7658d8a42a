"""The public form of a comparison, schema 1; the published schema is generated from here.

Its parts are the values of `layerscope.diff.difference`. Integers are bytes unless a name says otherwise.
"""

from typing import Any, Literal

from layerscope.__about__ import __version__
from layerscope.diff.difference import (
    BaseChange,
    CategoryChange,
    ComparedImage,
    Difference,
    FindingChange,
    LayerChange,
    PackageChange,
    Reuse,
    SizeChanges,
)
from layerscope.diff.verdict import sum_up
from layerscope.report.build import check_part
from layerscope.report.document import CheckPart, Tool
from layerscope.report.model import Field, Model, schema_model

DIFF_SCHEMA_ID = "urn:layerscope:diff:1"


class DiffDocument(Model):
    """What changed from one image to another."""

    schema_: str = Field(default=DIFF_SCHEMA_ID, alias="$schema")
    schema_version: Literal[1] = 1
    tool: Tool
    verdict: list[str] = Field(description="In sentences for people.")
    old: ComparedImage
    new: ComparedImage
    sizes: SizeChanges
    base: BaseChange
    categories: list[CategoryChange] = Field(description="All that one of the two has.")
    packages: list[PackageChange] = Field(description="Those that changed.")
    findings: list[FindingChange] = Field(description="Those that changed.")
    layers: list[LayerChange] = Field(description="All of both, from the bottom.")
    reuse: Reuse
    bandwidth_bits_per_second: int
    checks: list[CheckPart]
    warnings: list[str]


def build_diff_document(difference: Difference) -> DiffDocument:
    """The comparison in its public form."""
    return DiffDocument(
        tool=Tool(version=__version__),
        verdict=list(sum_up(difference)),
        old=difference.old,
        new=difference.new,
        sizes=difference.sizes,
        base=difference.base,
        categories=list(difference.categories),
        packages=list(difference.packages),
        findings=list(difference.findings),
        layers=list(difference.layers),
        reuse=difference.reuse,
        bandwidth_bits_per_second=difference.bandwidth_bits_per_second,
        checks=[check_part(check) for check in difference.checks],
        warnings=list(difference.warnings),
    )


def diff_json_schema() -> dict[str, Any]:
    """The schema that every comparison of this version keeps to."""
    schema = schema_model(DiffDocument).model_json_schema(by_alias=True, mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": DIFF_SCHEMA_ID} | schema
