"""An archive that passes by once: an engine's save, standard input, a pipe, a compressed archive.

Layers may come before the documents that name them, so whatever looks like a layer is handed out as it comes, and
the image is put together at the end. Nothing is written to disk.
"""

from collections.abc import Callable, Iterator
from functools import partial

from layerscope.blob.access import SequentialReader, StreamAccess
from layerscope.blob.prefixed import Prefixed
from layerscope.errors import DamagedTar, LimitExceeded, MalformedImage
from layerscope.oci.descriptor import Descriptor
from layerscope.oci.digest import Digest
from layerscope.oci.document import CONFIG_LIMIT_BYTES
from layerscope.oci.image import Image
from layerscope.oci.manifest import ImageIndex, parse_manifest
from layerscope.oci.platform import Platform
from layerscope.sources import docker_manifest, oci_image
from layerscope.sources.docker_archive import check_config, check_platform
from layerscope.sources.layer_bytes import looks_like_layer
from layerscope.sources.members import MemberNames, missing_member
from layerscope.sources.source import Blob, DescribedImage
from layerscope.tar.inputs import StreamInput
from layerscope.tar.walk import Record, walk

_SNIFF_BYTES = 512
_DOCUMENTS_LIMIT_BYTES = 128 << 20


class PassingArchive:
    """A docker archive or an OCI archive as a passing source.

    `packed_bytes` says how much of a compressed one was used by now.
    """

    is_passing = True

    def __init__(
        self,
        reader: SequentialReader,
        *,
        kind: str,
        reference: str,
        name: str | None = None,
        platform: Platform | None = None,
        close: Callable[[], None] = lambda: None,
        packed_bytes: Callable[[], int] | None = None,
    ) -> None:
        self.kind = kind
        self._input = StreamInput(reader)
        self._reference = reference
        self._name = name
        self._platform = platform
        self._close = close
        self._packed_bytes = packed_bytes
        self._names = MemberNames()
        self._documents: dict[str, bytes] = {}
        self._document_bytes = 0

    def blobs(self) -> Iterator[Blob]:
        """Each file that looks like a layer, in the order of the archive."""
        found = False
        try:
            for record in walk(self._input):
                found = True
                name = self._names.add(record)
                if name is None:
                    continue
                prefix = self._input.take(min(_SNIFF_BYTES, record.size))
                # A tar may begin with a file called "[x", so a layer is looked for first.
                if prefix and not looks_like_layer(prefix):
                    self._keep(name, record, prefix)
                else:
                    reader = Prefixed(prefix, _Contents(self._input, record.data_end))
                    digest = _promised_digest(name)
                    opener = partial(_same, reader)
                    access = StreamAccess(opener, digest, record.size, packed_bytes=self._packed_bytes)
                    yield Blob(name, access, record.size)
        except DamagedTar as error:
            if not found:
                raise MalformedImage(
                    "The input is not an image: neither a docker archive nor an OCI archive.",
                    hint="Expected what `docker save` writes.",
                ) from error
            raise
        self._input.drain()

    def image(self) -> Image:
        """The image, once all has passed; raises ImageNotFound and MalformedImage."""
        has_index = "index.json" in self._documents
        if "manifest.json" in self._documents and not (has_index and self._platform):
            return self._docker_image()
        if has_index:
            return self._oci_image()
        raise MalformedImage(
            "The archive holds neither manifest.json nor index.json, so it is no image or its end is missing.",
            hint="Expected what `docker save` writes.",
        )

    def image_of(self, described: DescribedImage) -> Image:
        """One of several images that an engine saved, once all has passed; raises as `image` does."""
        archived = docker_manifest.choose_described(self._manifest(), described)
        return self._assemble(archived, described.reference)

    def close(self) -> None:
        """Close what the bytes came from."""
        self._close()

    def _keep(self, name: str, record: Record, prefix: bytes) -> None:
        if record.size > CONFIG_LIMIT_BYTES or prefix.lstrip()[:1] not in (b"{", b"["):
            return
        self._document_bytes += record.size
        if self._document_bytes > _DOCUMENTS_LIMIT_BYTES:
            raise LimitExceeded(f"The archive holds over {_DOCUMENTS_LIMIT_BYTES} bytes of JSON documents.")
        content = prefix + self._input.take(record.size - len(prefix))
        if len(content) < record.size:
            raise DamagedTar("The archive ends within a document", offset_bytes=self._input.position)
        self._documents[name] = content

    def _resolve(self, name: str) -> str:
        resolved = self._names.resolve(name)
        if resolved is None:
            raise missing_member(name)
        return resolved

    def _document(self, name: str) -> bytes:
        resolved = self._resolve(name)
        if resolved not in self._documents:
            raise MalformedImage(f"{name} in the archive is no JSON document.")
        return self._documents[resolved]

    def _docker_image(self) -> Image:
        image = self._assemble(docker_manifest.choose_image(self._manifest(), self._name), self._reference)
        check_platform(image, self._platform)
        return image

    def _manifest(self) -> tuple[docker_manifest.ArchivedImage, ...]:
        return docker_manifest.parse_docker_manifest(self._document("manifest.json"))

    def _assemble(self, archived: docker_manifest.ArchivedImage, reference: str) -> Image:
        config = self._document(archived.config)
        check_config(archived.config, config)
        return docker_manifest.assemble(archived, config, self._resolve, reference=reference, source=self.kind)

    def _oci_image(self) -> Image:
        index = parse_manifest(self._document("index.json"), "index.json")
        if not isinstance(index, ImageIndex):
            raise MalformedImage("index.json is no image index.")
        finder = oci_image.ImageFinder(self._read, self._platform)
        return oci_image.find_image(finder, index, self._name, reference=self._reference, source=self.kind)

    def _read(self, descriptor: Descriptor, limit_bytes: int) -> bytes:
        return self._document(oci_image.blob_name(descriptor.digest))[: limit_bytes + 1]


def _promised_digest(name: str) -> Digest | None:
    """The digest in a member's name; files that only look like blobs promise nothing."""
    try:
        return docker_manifest.blob_digest(name)
    except MalformedImage:
        return None


def _same(reader: SequentialReader) -> SequentialReader:
    return reader


class _Contents:
    """The rest of the current member, as a reader."""

    def __init__(self, source: StreamInput, end: int) -> None:
        self._source = source
        self._end = end

    def read(self, size_bytes: int, /) -> bytes:
        wanted = min(size_bytes, self._end - self._source.position)
        piece = self._source.piece(wanted)
        if wanted and not piece:
            raise DamagedTar("The archive ends within a layer", offset_bytes=self._source.position)
        return piece
