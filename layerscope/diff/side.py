"""One side of a comparison: what the public report says of an image, as far as a comparison needs it.

Fields are called as in the report (schema 1). One that came later than the first report has a default, so that old
reports can still be compared.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

# More than any image has, and few enough digits for every reader.
Bytes = Annotated[int, Field(ge=0, le=2**62)]


@dataclass(frozen=True, slots=True)
class ToolSide:
    """Who wrote the report."""

    version: str


@dataclass(frozen=True, slots=True)
class ImageSide:
    """Which image it is."""

    reference: str
    source: str
    image_id: str
    platform: str


@dataclass(frozen=True, slots=True)
class SizesSide:
    """The image's sizes; of the two for transfer at most one is known."""

    transfer_bytes: Bytes | None
    transfer_bytes_estimate: Bytes | None
    stored_bytes: Bytes
    live_bytes: Bytes
    superseded_bytes: Bytes
    duplicate_bytes: Bytes


@dataclass(frozen=True, slots=True)
class LayerSide:
    """One layer; `from_base` is None where nothing tells the base's layers from the others."""

    diff_id: str
    digest: str | None
    compression: str
    compressed_size: Bytes | None
    content_size: Bytes
    created_by: str | None
    instruction: str | None
    from_base: bool | None
    transfer_bytes_estimate: Bytes | None = None

    @property
    def registry_digest(self) -> str | None:
        """The digest by which a registry knows it, None where only the uncompressed tar is known."""
        return self.digest if self.compression != "none" else None

    @property
    def wire_bytes(self) -> int | None:
        """What fetching it takes: measured, else estimated."""
        return self.transfer_bytes_estimate if self.compressed_size is None else self.compressed_size


@dataclass(frozen=True, slots=True)
class CategorySide:
    """One category; `base_stored_bytes` of it are in the base image's layers."""

    id: str
    title: str
    stored_bytes: Bytes
    base_stored_bytes: Bytes | None = None


@dataclass(frozen=True, slots=True)
class PackageSide:
    """One version of a package."""

    manager: str
    name: str
    version: str
    stored_bytes: Bytes
    base_stored_bytes: Bytes | None = None


@dataclass(frozen=True, slots=True)
class FixSide:
    """What to do."""

    text: str


@dataclass(frozen=True, slots=True)
class FindingSide:
    """One finding."""

    id: str
    title: str
    reclaimable_bytes: Bytes
    who_can_fix: Literal["image", "base"]
    paths: tuple[str, ...]
    fix: FixSide


@dataclass(frozen=True, slots=True)
class DetectedSide:
    """The base image under it."""

    name: str
    tag: str | None
    variant: str | None
    cuda: str | None
    os: str | None

    @property
    def text(self) -> str:
        """Its reference where that is known, else what is known of it."""
        described = " ".join(part for part in (self.name, self.variant, self.cuda, self.os) if part)
        return f"{self.name}:{self.tag}" if self.tag else described


@dataclass(frozen=True, slots=True)
class BaseSide:
    """What is known of the base image."""

    detected: DetectedSide | None


@dataclass(frozen=True, slots=True)
class Side:
    """One image's report."""

    schema_version: Literal[1]
    complete: bool
    tool: ToolSide
    image: ImageSide
    sizes: SizesSide
    layers: tuple[LayerSide, ...]
    categories: tuple[CategorySide, ...]
    packages: tuple[PackageSide, ...]
    findings: tuple[FindingSide, ...]
    base: BaseSide
    purpose: Literal["prod", "dev", "ci"]
