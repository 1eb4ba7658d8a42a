"""A docker archive on disk, uncompressed: read in place, never copied.

All flavours: `<id>/layer.tar` folders (engines up to 24), blobs beside an OCI index (from 25), `<diff ID>.tar` files
with symbolic links (podman, skopeo). Layers are found by what `manifest.json` names, followed through links.
"""

import re
from collections.abc import Iterator

from layerscope.blob.file import FileSlice, OpenFile
from layerscope.errors import DigestMismatch, ImageNotFound
from layerscope.oci.digest import Digest
from layerscope.oci.document import CONFIG_LIMIT_BYTES, MANIFEST_LIMIT_BYTES
from layerscope.oci.image import Image, Layer
from layerscope.oci.platform import Platform
from layerscope.sources.docker_manifest import assemble, blob_digest, choose_image, parse_docker_manifest
from layerscope.sources.layer_blobs import blobs_at_rest
from layerscope.sources.members import ArchiveMembers
from layerscope.sources.source import Blob


class DockerArchive:
    """A docker archive as a source at rest."""

    is_passing = False
    kind = "docker-archive"

    def __init__(
        self,
        file: OpenFile,
        members: ArchiveMembers,
        *,
        reference: str,
        name: str | None,
        platform: Platform | None,
        verify: bool,
    ) -> None:
        self._file = file
        self._members = members
        self._verify = verify
        manifest = members.slice_of("manifest.json").read_at(0, MANIFEST_LIMIT_BYTES + 1)
        archived = choose_image(parse_docker_manifest(manifest), name)
        config = members.slice_of(archived.config).read_at(0, CONFIG_LIMIT_BYTES + 1)
        check_config(archived.config, config)
        self._image = assemble(archived, config, members.resolve, reference=reference, source=self.kind)
        check_platform(self._image, platform)

    def image(self) -> Image:
        """The image that was chosen."""
        return self._image

    def blobs(self) -> Iterator[Blob]:
        """Each distinct layer file once."""
        slices = {layer.blob: self._members.slice_of(layer.blob) for layer in self._image.layers}
        return blobs_at_rest(self._image, slices, verify=self._verify)

    def ranges(self, layer: Layer) -> FileSlice:
        """A layer's file in parts."""
        return self._members.slice_of(layer.blob)

    def close(self) -> None:
        """Close the file; raises SourceUnavailable if it changed meanwhile."""
        self._file.close_unchanged()


def check_config(name: str, content: bytes) -> None:
    """Raise DigestMismatch if a configuration is not what its file's name says."""
    stem = name.removesuffix(".json")
    digest = blob_digest(name) or (Digest("sha256", stem) if re.fullmatch("[0-9a-f]{64}", stem) else None)
    if digest is not None and Digest.of(content, digest.algorithm) != digest:
        raise DigestMismatch(f"The image configuration {name} has other bytes than its digest says.")


def check_platform(image: Image, platform: Platform | None) -> None:
    """Raise ImageNotFound if an image is not for the platform that was asked for."""
    if platform is not None and not platform.matches(image.platform):
        raise ImageNotFound(f"The image is for {image.platform}, not for {platform}.", hint="Leave --platform out.")
