"""An image in each of the forms in which people hand it on."""

import gzip
import sys
import tarfile
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from sample_images.recipes.image import ImageRecipe, timestamp, to_json
from sample_images.recipes.layer import tar_bytes

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

OCI = "application/vnd.oci.image"
REFERENCE = "org.opencontainers.image.ref.name"
GZIP_LEVEL, ZSTD_LEVEL = 6, 3


@dataclass
class _Archive:
    """The outer tar of an archive."""

    mtime: int
    members: list[tuple[tarfile.TarInfo, bytes]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)

    def add(self, name: str, data: bytes = b"", kind: bytes = tarfile.REGTYPE, target: str = "") -> None:
        """Add a member, once."""
        if name in self.names:
            return
        self.names.add(name)
        info = tarfile.TarInfo(name)
        info.type, info.size, info.mtime, info.linkname = kind, len(data), self.mtime, target
        info.mode = 0o755 if kind == tarfile.DIRTYPE else 0o644
        self.members.append((info, data))

    def blob(self, data: bytes) -> str:
        """Add a blob of an OCI layout; returns its digest."""
        digest = sha256(data).hexdigest()
        self.add(f"blobs/sha256/{digest}", data)
        return f"sha256:{digest}"

    def bytes(self) -> bytes:
        """The archive."""
        return tar_bytes(self.members)


def docker_archive(image: ImageRecipe) -> bytes:
    """What `docker save` writes up to engine 24: a directory for each layer, a repeated layer as a symbolic link."""
    archive = _Archive(image.clock)
    layers: list[tuple[str, bytes, str]] = []
    first_with: dict[bytes, str] = {}
    parent = ""
    for number, layer in enumerate(image.layers):
        seed = f"{parent} {sha256(layer.tar).hexdigest()} {image.name if number == len(image.layers) - 1 else ''}"
        parent, above = sha256(seed.encode()).hexdigest(), parent
        layers.append((parent, layer.tar, above))
        first_with.setdefault(layer.tar, parent)
    config = image.config_bytes()
    config_name = f"{sha256(config).hexdigest()}.json"
    for identifier, tar, above in sorted(layers):
        archive.add(identifier, kind=tarfile.DIRTYPE)
        archive.add(f"{identifier}/VERSION", b"1.0")
        archive.add(f"{identifier}/json", to_json(_legacy_layer(identifier, above)))
        if first_with[tar] == identifier:
            archive.add(f"{identifier}/layer.tar", tar)
        else:
            archive.add(f"{identifier}/layer.tar", kind=tarfile.SYMTYPE, target=f"../{first_with[tar]}/layer.tar")
    archive.add(config_name, config)
    paths = [f"{identifier}/layer.tar" for identifier, _, _ in layers]
    archive.add("manifest.json", to_json([{"Config": config_name, "RepoTags": [image.reference], "Layers": paths}]))
    repository, tag = image.reference.rsplit(":", 1)
    archive.add("repositories", to_json({repository: {tag: parent}}))
    return archive.bytes()


def docker25_archive(image: ImageRecipe) -> bytes:
    """What `docker save` writes from engine 25 on: an OCI layout that also has `manifest.json`."""
    archive = _Archive(image.clock)
    _directories(archive)
    manifest = _oci_blobs(archive, image, "tar", lambda tar: tar)
    config = manifest["config"]["digest"]
    layers = {layer["digest"]: layer for layer in manifest["layers"]}
    annotations = {"io.containerd.image.name": f"docker.io/library/{image.reference}"}
    _oci_index(archive, manifest, annotations | {REFERENCE: image.reference.rsplit(":", 1)[1]})
    entry = {
        "Config": _blob_path(config),
        "RepoTags": [image.reference],
        "Layers": [_blob_path(layer["digest"]) for layer in manifest["layers"]],
        "LayerSources": layers,
    }
    archive.add("manifest.json", to_json([entry]))
    repository, tag = image.reference.rsplit(":", 1)
    archive.add("repositories", to_json({repository: {tag: manifest["layers"][-1]["digest"].partition(":")[2]}}))
    return archive.bytes()


def oci_none_archive(image: ImageRecipe) -> bytes:
    """An OCI archive of uncompressed layers whose tar has no directory entries."""
    archive = _Archive(image.clock)
    return _oci_archive(archive, image, "tar", lambda tar: tar)


def oci_gzip_archive(image: ImageRecipe) -> bytes:
    """An OCI archive of gzip layers."""
    archive = _Archive(image.clock)
    _directories(archive)
    return _oci_archive(archive, image, "tar+gzip", lambda tar: gzip.compress(tar, GZIP_LEVEL, mtime=0))


def oci_zstd_archive(image: ImageRecipe) -> bytes:
    """An OCI archive of zstd layers."""
    archive = _Archive(image.clock)
    _directories(archive)
    return _oci_archive(archive, image, "tar+zstd", lambda tar: zstd.compress(tar, ZSTD_LEVEL))


def _oci_archive(archive: _Archive, image: ImageRecipe, layer_type: str, compress: Callable[[bytes], bytes]) -> bytes:
    manifest = _oci_blobs(archive, image, layer_type, compress)
    _oci_index(archive, manifest, {REFERENCE: image.reference.rsplit(":", 1)[1]})
    return archive.bytes()


def _directories(archive: _Archive) -> None:
    for name in ("blobs", "blobs/sha256"):
        archive.add(name, kind=tarfile.DIRTYPE)


def _oci_blobs(
    archive: _Archive, image: ImageRecipe, layer_type: str, compress: Callable[[bytes], bytes]
) -> dict[str, Any]:
    config = image.config_bytes()
    layers = []
    for layer in image.layers:
        blob = compress(layer.tar)
        layers.append(_descriptor(f"{OCI}.layer.v1.{layer_type}", archive.blob(blob), len(blob)))
    return {
        "schemaVersion": 2,
        "mediaType": f"{OCI}.manifest.v1+json",
        "config": _descriptor(f"{OCI}.config.v1+json", archive.blob(config), len(config)),
        "layers": layers,
    }


def _oci_index(archive: _Archive, manifest: dict[str, Any], annotations: dict[str, str]) -> None:
    data = to_json(manifest)
    descriptor = _descriptor(manifest["mediaType"], archive.blob(data), len(data))
    index = {"schemaVersion": 2, "mediaType": f"{OCI}.index.v1+json", "manifests": []}
    archive.add("index.json", to_json(index | {"manifests": [descriptor | {"annotations": annotations}]}))
    archive.add("oci-layout", to_json({"imageLayoutVersion": "1.0.0"}))


def _descriptor(media_type: str, digest: str, size: int) -> dict[str, Any]:
    return {"mediaType": media_type, "digest": digest, "size": size}


def _blob_path(digest: str) -> str:
    return "blobs/" + digest.replace(":", "/")


def _legacy_layer(identifier: str, parent: str) -> dict[str, Any]:
    body: dict[str, Any] = {"id": identifier, "created": timestamp(0), "os": "linux"}
    return body | ({"parent": parent} if parent else {})


FORMS: dict[str, Callable[[ImageRecipe], bytes]] = {
    "docker": docker_archive,
    "docker25": docker25_archive,
    "oci-gzip": oci_gzip_archive,
    "oci-zstd": oci_zstd_archive,
    "oci-none": oci_none_archive,
}
COMPRESSED_FORMS = ("oci-gzip", "oci-zstd")
# By the end of a layer's media type.
DECOMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "tar": bytes,
    "tar+gzip": gzip.decompress,
    "tar+zstd": zstd.decompress,
}
