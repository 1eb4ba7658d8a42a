"""The public form of a quick look, schema 1; the published schema is generated from here.

Integers are bytes unless a name says otherwise, layers count from 0 at the bottom. What a quick look cannot know is
null, or is not in it at all.
"""

from typing import Any, Literal

from layerscope.report.document import (
    CheckPart,
    DuplicatePart,
    ImagePart,
    NotListed,
    PullPart,
    SupersededPart,
    Tool,
)
from layerscope.report.model import Field, Model, schema_model

QUICK_SCHEMA_ID = "urn:layerscope:quick:1"


class QuickSizes(Model):
    """The image's sizes; all but the first are null unless every layer lists its files."""

    transfer_bytes: int | None = Field(description="Layer blobs as a registry stores them, each distinct one once.")
    stored_bytes: int | None
    live_bytes: int | None
    superseded_bytes: int | None
    duplicate_bytes: int | None
    entries: int | None


class ListedPart(Model):
    """The sums of those layers that list their files, as if there were no others."""

    layers: int = Field(description="How many layers list their files.")
    stored_bytes: int
    superseded_bytes: int
    duplicate_bytes: int
    entries: int


class TablePart(Model):
    """The table of contents behind a layer."""

    format: Literal["estargz", "zstd:chunked"]
    bytes: int = Field(description="Its length in the blob.")
    promised_digest: str | None = Field(
        description="What the manifest promises of it, which was checked; null where it promises nothing."
    )


class QuickLayerPart(Model):
    """One layer; what its table would say is null where it has none."""

    position: int
    diff_id: str
    digest: str | None
    media_type: str | None
    blob_size: int | None = Field(description="The blob as it is stored.")
    content_size: int | None
    superseded_bytes: int | None = Field(description="Null unless every layer lists its files.")
    entries: int | None
    created_by: str | None = Field(description="As the image has it, values that look like secrets masked.")
    instruction: str | None = Field(description="The Dockerfile instruction behind it.")
    from_base: bool | None
    table: TablePart | None
    unknown: str | None = Field(description="Why its files are not known; null where they are.")


class PathCategoryPart(Model):
    """A category of files that a path alone tells, in the layers that are listed."""

    id: str
    title: str
    group: str
    files: int
    stored_bytes: int


class UntoldPart(Model):
    """Files in listed layers whose category only contents and packages could tell."""

    files: int
    stored_bytes: int


class QuickDocument(Model):
    """A quick look at one image: from its manifest, its configuration and tables of contents alone."""

    schema_: str = Field(default=QUICK_SCHEMA_ID, alias="$schema")
    schema_version: Literal[1] = 1
    quick: Literal[True] = Field(default=True, description="No layer was read; a table is what its author says.")
    complete: bool = Field(description="Whether every table that is there could be believed.")
    tool: Tool
    image: ImagePart
    sizes: QuickSizes
    listed: ListedPart | None = Field(description="Null where no layer lists its files.")
    layers: list[QuickLayerPart]
    categories: list[PathCategoryPart]
    untold: UntoldPart | None = Field(description="Null where no layer lists its files.")
    superseded: list[SupersededPart] = Field(description="Among the layers that are listed.")
    duplicates: list[DuplicatePart] = Field(description="By digest, among the layers that are listed; at most 1,000.")
    duplicates_not_listed: NotListed
    unknown: str = Field(description="What a quick look does not know of any image, as a sentence.")
    checks: list[CheckPart] = Field(description="Those that failed first, then those that were skipped.")
    pull: PullPart
    warnings: list[str]


def quick_json_schema() -> dict[str, Any]:
    """The schema that every quick report of this version keeps to."""
    schema = schema_model(QuickDocument).model_json_schema(by_alias=True, mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": QUICK_SCHEMA_ID} | schema
