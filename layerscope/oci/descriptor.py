"""Descriptors: what points at a blob (OCI image-spec, descriptor.md)."""

from typing import Self

from msgspec import Struct, field

from layerscope.errors import MalformedImage
from layerscope.oci.digest import Digest
from layerscope.oci.document import JsonObject
from layerscope.oci.platform import Platform


class Descriptor(Struct, frozen=True):
    """Media type, digest and size of a blob, with what an index says beside them."""

    media_type: str
    digest: Digest
    size_bytes: int
    platform: Platform | None = None
    annotations: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, document: JsonObject) -> Self:
        """Check and convert one descriptor; raises MalformedImage."""
        digest, size_bytes = document.text("digest"), document.integer("size")
        if digest is None or size_bytes is None or size_bytes < 0:
            raise MalformedImage(f"{document.what} is not a descriptor: it needs a digest and a size of 0 or more.")
        return cls(
            document.text("mediaType") or "",
            Digest.parse(digest),
            size_bytes,
            _platform(document.object("platform")),
            document.texts_by_name("annotations"),
        )

    @property
    def is_attestation(self) -> bool:
        """Whether it points at BuildKit's provenance or SBOM and not at an image."""
        unknown = self.platform is not None and self.platform.os == self.platform.architecture == "unknown"
        return unknown or "vnd.docker.reference.type" in self.annotations

    def attests(self, digest: Digest) -> bool:
        """Whether it points at attestations of the image with this manifest (BuildKit, attestation-storage.md)."""
        annotations = self.annotations
        is_manifest = annotations.get("vnd.docker.reference.type") == "attestation-manifest"
        return is_manifest and annotations.get("vnd.docker.reference.digest") == str(digest)


def _platform(document: JsonObject | None) -> Platform | None:
    if document is None:
        return None
    return Platform(
        document.text("os") or "unknown", document.text("architecture") or "unknown", document.text("variant")
    )
