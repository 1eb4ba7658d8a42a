"""An OCI image layout (OCI image-spec, image-layout.md), as a directory or in an uncompressed archive."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from layerscope.blob.file import FileSlice, OpenFile
from layerscope.errors import MalformedImage, SourceUnavailable
from layerscope.oci.descriptor import Descriptor
from layerscope.oci.document import MANIFEST_LIMIT_BYTES
from layerscope.oci.image import Image, Layer
from layerscope.oci.manifest import ImageIndex, parse_manifest
from layerscope.oci.platform import Platform
from layerscope.sources.layer_blobs import blobs_at_rest
from layerscope.sources.members import ArchiveMembers
from layerscope.sources.oci_image import ImageFinder, blob_name, find_image
from layerscope.sources.source import Blob


class LayoutFiles(Protocol):
    """The files of a layout, wherever they are."""

    kind: str

    def slice_of(self, name: str) -> FileSlice:
        """A file's bytes; raises MalformedImage where there is none."""

    def close(self) -> None:
        """Close them; raises SourceUnavailable if one changed meanwhile."""


class OciLayout:
    """A layout as a source at rest; files that have no `index.json` come with an index."""

    is_passing = False

    def __init__(
        self,
        files: LayoutFiles,
        *,
        reference: str,
        name: str | None,
        platform: Platform | None,
        verify: bool,
        index: ImageIndex | None = None,
    ) -> None:
        self._files = files
        self._verify = verify
        self.kind = files.kind
        finder = ImageFinder(self._read, platform)
        self._image = find_image(finder, index or self._index(), name, reference=reference, source=self.kind)

    def image(self) -> Image:
        """The image that was chosen."""
        return self._image

    def blobs(self) -> Iterator[Blob]:
        """Each distinct layer blob once."""
        slices = {layer.blob: self._files.slice_of(layer.blob) for layer in self._image.layers}
        return blobs_at_rest(self._image, slices, verify=self._verify)

    def ranges(self, layer: Layer) -> FileSlice:
        """A layer's blob in parts."""
        return self._files.slice_of(layer.blob)

    def close(self) -> None:
        """Close the files; raises SourceUnavailable if one changed meanwhile."""
        self._files.close()

    def _index(self) -> ImageIndex:
        index = parse_manifest(self._files.slice_of("index.json").read_at(0, MANIFEST_LIMIT_BYTES + 1), "index.json")
        if not isinstance(index, ImageIndex):
            raise MalformedImage("index.json is no image index.")
        return index

    def _read(self, descriptor: Descriptor, limit_bytes: int) -> bytes:
        return self._files.slice_of(blob_name(descriptor.digest)).read_at(0, limit_bytes + 1)


class LayoutInArchive:
    """A layout's files as members of an archive."""

    kind = "oci-archive"

    def __init__(self, file: OpenFile, members: ArchiveMembers) -> None:
        self._file = file
        self._members = members

    def slice_of(self, name: str) -> FileSlice:
        """A member's bytes."""
        return self._members.slice_of(name)

    def close(self) -> None:
        """Close the archive; raises SourceUnavailable if it changed meanwhile."""
        self._file.close_unchanged()


class LayoutInDirectory:
    """A layout's files in a directory; names are digests, checked before they become paths."""

    kind = "oci-dir"

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._open: dict[str, OpenFile] = {}

    def slice_of(self, name: str) -> FileSlice:
        """A file's bytes; raises MalformedImage for a blob that is not there."""
        if name not in self._open:
            path = self._directory / name
            try:
                self._open[name] = OpenFile(path)
            except SourceUnavailable as error:
                if path.exists():
                    raise
                raise MalformedImage(
                    f"The layout has no {name}, which its documents name.", hint="Fetch the image again."
                ) from error
        return FileSlice(self._open[name])

    def close(self) -> None:
        """Close all files; raises SourceUnavailable if one changed meanwhile."""
        try:
            for file in self._open.values():
                file.check_unchanged()
        finally:
            self.release()

    def release(self) -> None:
        """Close all files, whatever has become of them."""
        for file in self._open.values():
            file.close()
