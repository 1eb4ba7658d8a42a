"""From an index to one image manifest: names, platforms, nested indexes, attestations."""

from collections.abc import Callable, Iterable

from layerscope.errors import DigestMismatch, ImageError, ImageNotFound, LimitExceeded, MalformedImage
from layerscope.oci.config import ImageConfig, align_history, parse_config
from layerscope.oci.descriptor import Descriptor
from layerscope.oci.digest import Digest
from layerscope.oci.document import CONFIG_LIMIT_BYTES, MANIFEST_LIMIT_BYTES
from layerscope.oci.image import Image, Layer
from layerscope.oci.manifest import ImageIndex, ImageManifest, parse_manifest
from layerscope.oci.platform import Platform
from layerscope.oci.provenance import PREDICATES, PROVENANCE_LIMIT_BYTES, Provenance, parse_provenance
from layerscope.units import safe_text

_NAMES = ("org.opencontainers.image.ref.name", "io.containerd.image.name")
_NESTING_LIMIT = 4
_VISITS_LIMIT = 10_000

BlobReader = Callable[[Descriptor, int], bytes]
"""Gives the bytes of a blob, at most one more than the limit; raises MalformedImage if it is not there."""


class ImageFinder:
    """Finds one image's manifest and configuration through an index; every blob is checked against its digest."""

    def __init__(self, read: BlobReader, platform: Platform | None, *, where: str = "The layout") -> None:
        self._read = read
        self._platform = platform
        self._where = where
        self._visited = 0
        self._attestations: dict[Digest, Descriptor] = {}

    def find(self, index: ImageIndex, name: str | None) -> tuple[Descriptor, ImageManifest, ImageConfig, Descriptor]:
        """The manifest's descriptor, the manifest, the configuration and its descriptor."""
        candidates = self._flatten(self._named(index, name), 0)
        descriptor, manifest = self._choose(candidates)
        config = parse_config(
            self.read_checked(manifest.config, CONFIG_LIMIT_BYTES), f"The image configuration {manifest.config.digest}"
        )
        if self._platform is not None and not self._platform.matches(config.platform):
            raise ImageNotFound(
                f"The image is for {config.platform}, not for {self._platform}.", hint="Leave --platform out."
            )
        return descriptor, manifest, config, manifest.config

    def provenance(self, manifest: Digest) -> Provenance | None:
        """What an attestation beside the image of this manifest says about its build, None where there is none.

        One that cannot be read is a problem to tell, and no error.
        """
        try:
            for item in self._attestations.values():
                if item.attests(manifest) and (found := self._provenance_in(item)) is not None:
                    return found
        except ImageError as error:
            return Provenance(None, "", (), problem=error.problem)
        return None

    def read_checked(self, descriptor: Descriptor, limit_bytes: int) -> bytes:
        """A small blob; raises DigestMismatch if it is not what its descriptor says."""
        content = self._read(descriptor, limit_bytes)
        if len(content) > limit_bytes:
            raise MalformedImage(f"The blob {descriptor.digest} is over {limit_bytes} bytes.")
        if len(content) != descriptor.size_bytes or Digest.of(content, descriptor.digest.algorithm) != (
            descriptor.digest
        ):
            raise DigestMismatch(
                f"The blob {descriptor.digest} has other bytes than its digest and size say.",
                hint="It was damaged or replaced; fetch or save the image again.",
            )
        return content

    def _provenance_in(self, item: Descriptor) -> Provenance | None:
        what = f"The attestation {item.digest}"
        manifest = parse_manifest(self.read_checked(item, MANIFEST_LIMIT_BYTES), what)
        for statement in manifest.layers if isinstance(manifest, ImageManifest) else ():
            if statement.annotations.get("in-toto.io/predicate-type") in PREDICATES:
                found = parse_provenance(self.read_checked(statement, PROVENANCE_LIMIT_BYTES), what)
                if found is not None:
                    return found
        return None

    def _named(self, index: ImageIndex, name: str | None) -> list[Descriptor]:
        self._note_attestations(index.manifests)
        images = [item for item in index.manifests if not item.is_attestation]
        if name is None:
            return images
        wanted = [item for item in images if _has_name(item, name)]
        if not wanted:
            names = sorted({item.annotations[key] for item in images for key in _NAMES if key in item.annotations})
            known = ", ".join(map(safe_text, names[:20])) or "no names"
            raise ImageNotFound(f"The layout holds no image {name!r}; it has {known}.")
        return wanted

    def _note_attestations(self, items: Iterable[Descriptor]) -> None:
        self._attestations |= {item.digest: item for item in items if item.is_attestation}

    def _flatten(self, items: list[Descriptor], depth: int) -> list[tuple[Descriptor, ImageManifest]]:
        if depth > _NESTING_LIMIT:
            raise MalformedImage(f"Image indexes are nested over {_NESTING_LIMIT} deep.")
        self._visited += len(items)
        if self._visited > _VISITS_LIMIT:
            raise LimitExceeded(f"The indexes of the layout name over {_VISITS_LIMIT} manifests.")
        found: list[tuple[Descriptor, ImageManifest]] = []
        missing: MalformedImage | None = None
        for item in items:
            if item.is_attestation or not self._may_match(item):
                continue
            try:
                content = self.read_checked(item, MANIFEST_LIMIT_BYTES)
            except DigestMismatch:
                raise
            except MalformedImage as error:
                # An index may name platforms whose blobs nobody fetched.
                missing = error
                continue
            manifest = parse_manifest(content, f"The manifest {item.digest}")
            if isinstance(manifest, ImageIndex):
                self._note_attestations(manifest.manifests)
                found += self._flatten(list(manifest.manifests), depth + 1)
            else:
                found.append((item, manifest))
        if not found and missing is not None and depth == 0:
            raise missing
        return found

    def _may_match(self, item: Descriptor) -> bool:
        return self._platform is None or item.platform is None or self._platform.matches(item.platform)

    def _choose(self, candidates: list[tuple[Descriptor, ImageManifest]]) -> tuple[Descriptor, ImageManifest]:
        distinct = {item[0].digest: item for item in candidates}
        if len(distinct) > 1 and self._platform is None:
            host = Platform.of_host()
            suited = {
                digest: item
                for digest, item in distinct.items()
                if item[0].platform is None or host.matches(item[0].platform)
            }
            distinct = suited or distinct
        if len(distinct) == 1:
            return next(iter(distinct.values()))
        described = ", ".join(sorted({safe_text(_describe(item[0])) for item in candidates}))
        if not distinct:
            wish = f" for {self._platform}" if self._platform else ""
            raise ImageNotFound(f"{self._where} holds no image{wish}.", hint="Try another --platform.")
        raise ImageNotFound(
            f"{self._where} holds {len(distinct)} images: {described}.",
            hint="Give --platform, or, in an archive or a layout, name one as PATH:NAME.",
        )


def find_image(finder: ImageFinder, index: ImageIndex, name: str | None, *, reference: str, source: str) -> Image:
    """Find an image and join what describes it; raises MalformedImage where its documents contradict each other."""
    descriptor, manifest, config, config_descriptor = finder.find(index, name)
    if len(config.diff_ids) != len(manifest.layers):
        raise MalformedImage(
            f"The manifest lists {len(manifest.layers)} layers and the image configuration {len(config.diff_ids)}."
        )
    steps = align_history(config, len(manifest.layers))
    layers = tuple(
        Layer(
            position,
            diff_id,
            blob_name(item.digest),
            item.digest,
            item.media_type,
            item.size_bytes,
            step,
            item.annotations,
        )
        for position, (item, diff_id, step) in enumerate(zip(manifest.layers, config.diff_ids, steps, strict=True))
    )
    provenance = finder.provenance(descriptor.digest)
    return Image(
        reference,
        source,
        config_descriptor.digest,
        descriptor.digest,
        config,
        layers,
        provenance,
        manifest.annotations,
    )


def _has_name(item: Descriptor, name: str) -> bool:
    names = {item.annotations.get(key, "") for key in _NAMES}
    return name in names or any(full.endswith(f"/{name}") for full in names)


def _describe(item: Descriptor) -> str:
    name = next((item.annotations[key] for key in _NAMES if key in item.annotations), "")
    return " ".join(part for part in (name, str(item.platform or "")) if part) or item.digest.short


def blob_name(digest: Digest) -> str:
    """Where a layout keeps a blob."""
    return f"blobs/{digest.algorithm}/{digest.encoded}"
