"""An image in a registry as a source: its documents are read first, its layers stream into the scan."""

from collections.abc import Iterator
from functools import partial

from layerscope.blob.access import SequentialReader, StreamAccess
from layerscope.errors import DigestMismatch, ImageNotFound, MalformedImage
from layerscope.oci import media_type
from layerscope.oci.descriptor import Descriptor
from layerscope.oci.digest import Digest
from layerscope.oci.document import MANIFEST_LIMIT_BYTES
from layerscope.oci.image import Image, Layer
from layerscope.oci.manifest import ImageIndex, ImageManifest, parse_manifest
from layerscope.oci.platform import Platform
from layerscope.oci.reference import Reference
from layerscope.progress import Progress
from layerscope.sources.oci_image import ImageFinder, find_image
from layerscope.sources.options import OpenOptions
from layerscope.sources.registry.blob_ranges import BlobRanges
from layerscope.sources.registry.blob_stream import BlobStream
from layerscope.sources.registry.client import Document, RegistryClient
from layerscope.sources.source import Blob, ContentAddressed, ImageSource
from layerscope.units import safe_text

_ACCEPTED = (
    media_type.OCI_INDEX,
    media_type.OCI_MANIFEST,
    media_type.DOCKER_INDEX,
    media_type.DOCKER_MANIFEST,
)


def open_registry(text: str, options: OpenOptions, progress: Progress) -> ImageSource:
    """Find an image in the registry that its name says; raises UsageError, ImageNotFound, SourceUnavailable and kin."""
    reference = Reference.parse(text)
    progress.stage(f"Asking the registry {safe_text(reference.host)}")
    client = RegistryClient(reference, options.registry)
    try:
        return RegistryImage(client, text, options.platform, verify=options.verify)
    except BaseException:
        client.close()
        raise


class RegistryImage:
    """An image in a registry as a source at rest: its blobs can be read in any order and at once."""

    is_passing = False
    kind = "registry"

    def __init__(self, client: RegistryClient, text: str, platform: Platform | None, *, verify: bool = False) -> None:
        self._client = client
        self._verify = verify
        self._manifests: dict[Digest, bytes] = {}
        self._streams: list[BlobStream] = []
        index = self._top(platform)
        finder = ImageFinder(self._read, platform, where="The image index")
        self._image = find_image(finder, index, None, reference=text, source=self.kind)

    def image(self) -> Image:
        """The image that was chosen."""
        return self._image

    def blobs(self) -> Iterator[Blob]:
        """Each distinct layer blob once, the largest first so that workers end together."""
        layers = {layer.blob: layer for layer in self._image.layers}
        for layer in sorted(layers.values(), key=lambda layer: -(layer.blob_size_bytes or 0)):
            access = StreamAccess(partial(self._open, layer), layer.digest, layer.blob_size_bytes, layer.media_type)
            yield Blob(layer.blob, access, layer.blob_size_bytes, None if self._verify else ContentAddressed())

    def ranges(self, layer: Layer) -> BlobRanges:
        """A layer's blob in parts."""
        return BlobRanges(self._client, *self._described(layer))

    def close(self) -> None:
        """End all connections, those of blobs that were not read to their end as well."""
        for stream in self._streams:
            stream.close()
        self._client.close()

    def _top(self, platform: Platform | None) -> ImageIndex:
        """What the name leads to, as an index; of a real one without a wish, the entries for this machine if any."""
        reference = self._client.reference
        what = f"image {reference.repository}{'@' if reference.digest else ':'}{reference.version}"
        document = self._client.document(f"manifests/{reference.version}", what, MANIFEST_LIMIT_BYTES, accept=_ACCEPTED)
        manifest = parse_manifest(document.content, f"The manifest of the {what}")
        digest = _checked_digest(document, reference)
        _check_media_type(document, manifest, what)
        self._manifests[digest] = document.content
        if isinstance(manifest, ImageManifest):
            return ImageIndex((Descriptor(document.media_type, digest, len(document.content)),))
        host = Platform.of_host()
        suited = [item for item in manifest.manifests if item.platform is not None and host.matches(item.platform)]
        if platform is not None or not suited:
            return manifest
        return ImageIndex((*suited, *(item for item in manifest.manifests if item.is_attestation)))

    def _read(self, descriptor: Descriptor, limit_bytes: int) -> bytes:
        """A small blob or a manifest; the caller checks its digest."""
        digest = descriptor.digest
        if digest in self._manifests:
            return self._manifests[digest]
        is_manifest = descriptor.media_type in media_type.MANIFESTS | media_type.INDEXES
        path, what = ("manifests", "manifest") if is_manifest else ("blobs", "blob")
        what = f"{what} {digest} of {self._client.reference.repository}"
        accept = _ACCEPTED if is_manifest else ()
        try:
            return self._client.document(f"{path}/{digest}", what, limit_bytes, accept=accept).content
        except ImageNotFound as error:
            # The finder passes over manifests of platforms that nobody pushed.
            raise MalformedImage(error.problem, hint="Push the image again.") from error

    def _open(self, layer: Layer) -> SequentialReader:
        stream = BlobStream(self._client, *self._described(layer))
        self._streams.append(stream)
        return stream

    def _described(self, layer: Layer) -> tuple[Descriptor, str]:
        """A layer's descriptor, and what it is called in messages."""
        assert layer.digest is not None
        assert layer.blob_size_bytes is not None
        what = f"layer {layer.position} ({layer.digest}) of {self._client.reference.repository}"
        return Descriptor(layer.media_type or "", layer.digest, layer.blob_size_bytes), what


def _checked_digest(document: Document, reference: Reference) -> Digest:
    """The manifest's digest, which has to be the one that was asked for and the one that the registry tells."""
    told = Digest.parse(document.digest) if document.digest else None
    for promised in (reference.digest, told):
        if promised is not None and Digest.of(document.content, promised.algorithm) != promised:
            raise DigestMismatch(
                f"The registry {safe_text(reference.host)} gives another manifest than {promised}.",
                hint="A proxy changed it, or the registry is damaged.",
            )
    return reference.digest or told or Digest.of(document.content)


def _check_media_type(document: Document, manifest: ImageManifest | ImageIndex, what: str) -> None:
    """Refuse what the registry calls an index and is none, or the other way round (CVE-2021-41190)."""
    others = media_type.MANIFESTS if isinstance(manifest, ImageIndex) else media_type.INDEXES
    if document.media_type in others:
        raise MalformedImage(
            f"The registry calls the manifest of the {what} {document.media_type}, which it is not.",
            hint="Two tools could read two images from it; push the image again.",
        )
