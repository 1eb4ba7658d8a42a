"""The classic store of a Docker Engine with overlay2 (moby, layer/filestore.go and image/fs.go).

`image/overlay2/imagedb/content/sha256/<image ID>` is an image's configuration. For each layer,
`image/overlay2/layerdb/sha256/<chain ID>` holds its diff ID, its tar-split and its cache ID; its files lie in
`overlay2/<cache ID>/diff`.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from layerscope.blob.access import LayerAccess, StoreAccess, StreamAccess
from layerscope.blob.compression import Decompressing
from layerscope.blob.file import FileIdentity, FilePart, FileSlice, OpenFile
from layerscope.errors import SourceUnavailable, StoreUnusable
from layerscope.oci.config import align_history, parse_config
from layerscope.oci.digest import Digest
from layerscope.oci.document import CONFIG_LIMIT_BYTES
from layerscope.oci.image import Image, Layer
from layerscope.oci.manifest import LAYER_LIMIT
from layerscope.oci.platform import Platform
from layerscope.sources.docker_archive import check_platform
from layerscope.sources.source import Blob
from layerscope.sources.store.folder import DescriptorPool, LayerFolder
from layerscope.sources.store.split_reader import HeadersReader, SplitReader, SplitStream
from layerscope.sources.store.tar_split import LazySplit, TarSplit, read_tar_split
from layerscope.units import safe_text

DRIVER = "overlay2"
_CACHE_ID = re.compile(r"[0-9a-z]{1,128}\Z")
_LINE_LIMIT_BYTES = 256


class _StoredLayer(Struct, frozen=True):
    """Where a layer's parts lie, what its tar-split was when it was found, and the bytes of its contents.

    Engines write a layer once, so `origin` stands for its files as well; None where it is known by nothing yet.
    """

    tar_split: Path
    folder: Path
    identity: FileIdentity
    origin: FilePart | None
    content_bytes: int


class DockerStore:
    """An image in the engine's store as a source at rest."""

    is_passing = False
    kind = "docker-store"

    def __init__(
        self, root: Path, image_id: Digest, *, reference: str, platform: Platform | None, verify: bool
    ) -> None:
        self._root = root
        self._verify = verify
        self._pool = DescriptorPool()
        self._image = self._read_image(image_id, reference)
        check_platform(self._image, platform)
        self._layers = self._find_layers()

    def image(self) -> Image:
        """The image."""
        return self._image

    def blobs(self) -> Iterator[Blob]:
        """Each distinct layer once, the largest first; raises StoreUnusable."""
        for name, layer in sorted(self._layers.items(), key=lambda item: -item[1].content_bytes):
            # How long the tar is would be known from its tar-split, which is not read where the scan is known.
            yield Blob(name, self._access(layer), None, None if self._verify else layer.origin)

    def close(self) -> None:
        """Close all files; raises StoreUnusable if a layer changed or went away meanwhile."""
        self._pool.close()
        for layer in self._layers.values():
            if not layer.folder.is_dir() or not _identify(layer.tar_split)[0].is_same(layer.identity):
                raise StoreUnusable("A layer in the store changed while it was read.")

    def _read_image(self, image_id: Digest, reference: str) -> Image:
        content = _read(self._database / "imagedb" / "content" / "sha256" / image_id.encoded, CONFIG_LIMIT_BYTES)
        if Digest.of(content) != image_id:
            raise StoreUnusable("The image configuration in the store has other bytes than its digest says.")
        config = parse_config(content, "The image configuration in the store")
        if len(config.diff_ids) > LAYER_LIMIT:
            raise StoreUnusable(f"The image configuration in the store lists {len(config.diff_ids)} layers.")
        steps = align_history(config, len(config.diff_ids))
        layers = tuple(
            Layer(position, diff_id, str(diff_id), None, None, None, step)
            for position, (diff_id, step) in enumerate(zip(config.diff_ids, steps, strict=True))
        )
        return Image(reference, self.kind, image_id, None, config, layers)

    def _find_layers(self) -> dict[str, _StoredLayer]:
        """Each distinct layer by its diff ID; what comes twice is read where it comes first."""
        found: dict[str, _StoredLayer] = {}
        chain: Digest | None = None
        for diff_id in self._image.config.diff_ids:
            # OCI image-spec, config.md, "Layer ChainID".
            chain = diff_id if chain is None else Digest.of(f"{chain} {diff_id}".encode())
            if str(diff_id) not in found:
                found[str(diff_id)] = self._find_layer(chain, diff_id)
        return found

    def _find_layer(self, chain: Digest, diff_id: Digest) -> _StoredLayer:
        entry = self._database / "layerdb" / chain.algorithm / chain.encoded
        if _read_line(entry / "diff") != str(diff_id):
            raise StoreUnusable(f"The store's layer {chain.short} is not the one that the image names.")
        cache_id = _read_line(entry / "cache-id")
        if not _CACHE_ID.match(cache_id):
            raise StoreUnusable(f"The store's layer {chain.short} names a folder that is none of the store's.")
        tar_split = entry / "tar-split.json.gz"
        size = _read_line(entry / "size")
        return _StoredLayer(
            tar_split,
            self._root / DRIVER / cache_id / "diff",
            *_identify(tar_split),
            int(size) if re.fullmatch(r"[0-9]{1,18}", size) else 0,
        )

    def _access(self, layer: _StoredLayer) -> LayerAccess:
        """Headers first; where every byte is to be checked a stream, so that the scan has the tar's diff ID."""

        def read() -> TarSplit:
            with _readable(), OpenFile(layer.tar_split) as file:
                return read_tar_split(Decompressing(FileSlice(file).reader(), "gzip"))

        split = LazySplit(read)
        reader = SplitReader(split, LayerFolder(layer.folder, split, self._pool))
        if self._verify:
            return StreamAccess(lambda: SplitStream(reader), None, None)
        return StoreAccess(reader, HeadersReader(split), split)

    @property
    def _database(self) -> Path:
        return self._root / "image" / DRIVER


@contextmanager
def _readable() -> Iterator[None]:
    """Turn what the operating system refuses into StoreUnusable."""
    try:
        yield
    except StoreUnusable:
        raise
    except SourceUnavailable as error:
        raise StoreUnusable(error.problem) from error


def _read(path: Path, limit_bytes: int) -> bytes:
    with _readable(), OpenFile(path) as file:
        content = FileSlice(file).read_at(0, limit_bytes + 1)
    if len(content) > limit_bytes:
        raise StoreUnusable(f"{safe_text(str(path))} is over {limit_bytes} bytes.")
    return content


def _read_line(path: Path) -> str:
    return _read(path, _LINE_LIMIT_BYTES).decode("ascii", "replace").strip()


def _identify(path: Path) -> tuple[FileIdentity, FilePart | None]:
    with _readable(), OpenFile(path) as file:
        return file.identity, FileSlice(file).identify()
