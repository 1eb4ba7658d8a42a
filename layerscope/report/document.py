"""The public report document, schema 1: what it holds, in which types. The published schema is generated from here.

Integers are bytes unless a name says otherwise, digests are full, layers count from 0 at the bottom. A figure that the
source cannot give is null. A path that is not UTF-8 stands as `base64:` and its bytes.
"""

from typing import Any, Literal

from layerscope.report.document_advice import CandidatePart, LibraryUsePart, NeedPart, PlanPart, RecommendedPart
from layerscope.report.model import Field, Model, schema_model

SCHEMA_ID = "urn:layerscope:report:1"


Compression = Literal["none", "gzip", "zstd"]
CauseId = Literal[
    "overwritten",
    "metadata-only",
    "rewritten-identical",
    "deleted",
    "deleted-with-directory",
    "opaque",
    "replaced-by-other-type",
    "repeated-in-layer",
]


class Tool(Model):
    """Who wrote the report."""

    name: Literal["layerscope"] = "layerscope"
    version: str


class RunConfig(Model):
    """How the image runs; values of the environment are left out, since they may be secret."""

    user: str
    entrypoint: list[str]
    cmd: list[str]
    healthcheck: bool
    env_names: list[str]


class ImagePart(Model):
    """Which image it is and who had it."""

    reference: str
    source: str
    image_id: str
    manifest_digest: str | None
    platform: str
    config: RunConfig


class Sizes(Model):
    """The image's sizes; `stored` is `live` plus `superseded`."""

    transfer_bytes: int | None = Field(description="Layer blobs as a registry stores them, each distinct one once.")
    transfer_bytes_estimate: int | None
    stored_bytes: int = Field(description="The content of every entry of every layer.")
    live_bytes: int = Field(description="Content that the final root file system shows, each inode once.")
    superseded_bytes: int = Field(description="Shipped but invisible.")
    duplicate_bytes: int = Field(description="Live content that is there again: all copies but one.")
    entries: int


class LayerPart(Model):
    """One layer."""

    position: int
    diff_id: str
    digest: str | None
    media_type: str | None
    compression: Compression
    compressed_size: int | None
    transfer_bytes_estimate: int | None = Field(description="Its share of a pull; 0 for a blob that came before.")
    uncompressed_size: int
    content_size: int
    superseded_bytes: int
    entries: int
    created_by: str | None = Field(description="As the image has it, values that look like secrets masked.")
    instruction: str | None = Field(description="The Dockerfile instruction behind it.")
    dockerfile_line: int | None = Field(description="Where its instruction begins; null where that is not certain.")
    from_base: bool | None
    verified: bool = Field(description="Whether every byte was read and has the promised digests.")
    damage: str | None


class CategoryPart(Model):
    """One category; the stored bytes of all of them add up to the image's."""

    id: str
    title: str
    group: str
    files: int
    stored_bytes: int
    base_stored_bytes: int | None = Field(description="Of them in the base's layers; null where those are not known.")
    live_bytes: int
    transfer_bytes_estimate: int | None


class PackagePart(Model):
    """One package, by its manager's own file list."""

    manager: str
    name: str
    version: str
    files: int
    stored_bytes: int
    base_stored_bytes: int | None = Field(description="Of them in the base's layers; null where those are not known.")
    live_bytes: int
    layers: list[int]


class SupersededPart(Model):
    """Bytes that one layer ships and one layer hides, for one reason."""

    cause: CauseId
    layer: int
    hidden_by: int
    files: int
    paths: list[str] = Field(description="The largest first, at most 20.")
    bytes: int


class DuplicatePart(Model):
    """One content at several live places, or one library in several contents."""

    kind: Literal["exact", "functional"]
    bytes_each: int = Field(description="Of functional duplicates the largest.")
    copies: int
    waste_bytes: int = Field(description="All but one copy; of functional duplicates all but one content.")
    paths: list[str] = Field(description="At most 20.")
    soname: str | None
    version: str | None


class NotListed(Model):
    """What was left out of a capped list."""

    groups: int
    waste_bytes: int


class DeviceCodeTotalPart(Model):
    """Device code of one kind for one GPU architecture, headers included; `entries` counts its pieces."""

    architecture: str
    kind: str
    compression: str
    entries: int
    bytes: int


class DeviceCodeLibraryPart(Model):
    """The device code of one live file; `unattributed_bytes` lie in its sections and in no valid entry."""

    path: str
    bytes: int
    unattributed_bytes: int
    totals: list[DeviceCodeTotalPart]


class DeviceCodePart(Model):
    """Which GPU architectures the image's libraries hold code for: a measure, and no advice to drop any."""

    totals: list[DeviceCodeTotalPart]
    libraries: list[DeviceCodeLibraryPart]
    unread: list[str]


class WitnessPart(Model):
    """What one source says about the base image."""

    source: str
    text: str
    agrees: bool


class DetectedBasePart(Model):
    """The base image under this one."""

    family: Literal["nvidia-cuda", "pytorch", "ngc", "distro", "python", "distroless", "own"]
    name: str
    variant: str | None = Field(description="Of NVIDIA's images: base, runtime, devel, cudnn-runtime or cudnn-devel.")
    cuda: str | None
    os: str | None
    architecture: str
    tag: str | None
    layers: list[int] = Field(description="The base's own, none where they cannot be told from those above.")
    confidence: Literal["high", "medium", "low"]
    evidence: list[WitnessPart]
    parent: str | None


class BasePart(Model):
    """What is known of the base image."""

    detected: DetectedBasePart | None
    libraries: list[LibraryUsePart]
    needs: list[NeedPart]
    candidates: list[CandidatePart] = Field(description="Safe ones first, then the one that saves most.")
    recommended: RecommendedPart | None


class FixPart(Model):
    """What to do."""

    text: str
    dockerfile: list[str]


class FindingPart(Model):
    """Something wrong. What several findings say can be reclaimed never overlaps."""

    id: str
    title: str
    subject: str | None = Field(description="Which one it is, where a rule finds several.")
    layers: list[int] = Field(description="Where the fix has to be made.")
    dockerfile_lines: list[int] = Field(description="Where the instructions of these layers begin, as far as known.")
    files: int
    claimed_bytes: int = Field(description="The content of everything it points at.")
    reclaimable_bytes: int = Field(description="What a rebuild with the fix no longer has.")
    transfer_bytes_estimate: int | None = Field(description="The wire's share of all that it points at.")
    who_can_fix: Literal["image", "base"]
    why: str
    evidence: list[str]
    paths: list[str] = Field(description="The largest first, at most 20.")
    fix: FixPart
    confidence: Literal["high", "medium", "low"]


class PullPart(Model):
    """How long a pull takes: transfer bytes, measured or estimated, at a bandwidth."""

    bandwidth_bits_per_second: int
    seconds_estimate: float | None = Field(description="Rounded to 0.1 s; only the time on the wire.")


class CheckPart(Model):
    """One thing that was asked of the image."""

    id: str
    unit: Literal["bytes", "seconds", "percent", "count", "name"]
    limit: int | float | str
    actual: int | float | str | None = Field(description="Null where the figure is not known.")
    status: Literal["passed", "failed", "skipped"]
    reason: str
    fix: str | None


class Document(Model):
    """The report of one image."""

    schema_: str = Field(default=SCHEMA_ID, alias="$schema")
    schema_version: Literal[1] = 1
    complete: bool
    tool: Tool
    image: ImagePart
    sizes: Sizes
    layers: list[LayerPart]
    categories: list[CategoryPart]
    packages: list[PackagePart]
    superseded: list[SupersededPart]
    duplicates: list[DuplicatePart]
    duplicates_not_listed: NotListed
    device_code: DeviceCodePart | None = Field(description="Null where it was not asked for.")
    purpose: Literal["prod", "dev", "ci"]
    findings: list[FindingPart]
    base: BasePart
    plan: PlanPart
    checks: list[CheckPart] = Field(description="Those that failed first, then those that were skipped.")
    pull: PullPart
    warnings: list[str]


def json_schema() -> dict[str, Any]:
    """The schema that every report of this version keeps to."""
    schema = schema_model(Document).model_json_schema(by_alias=True, mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID} | schema
