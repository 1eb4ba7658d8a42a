"""Builds container images in memory: items make a layer, layers make an archive or an OCI layout.

The same input gives the same bytes, so digests in tests are stable (of compressed blobs: per build of zlib and zstd).
"""

import gzip
import hashlib
import io
import json
import sys
import tarfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

Compression = Literal["none", "gzip", "zstd"]
Flavour = Literal["old", "modern", "podman", "lowercase"]
Kind = Literal["file", "dir", "symlink", "hardlink", "char", "block", "fifo"]

EPOCH = "1970-01-01T00:00:00Z"
INDEX_TYPE = "application/vnd.oci.image.index.v1+json"
MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json"
CONFIG_TYPE = "application/vnd.oci.image.config.v1+json"
LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar"
# What docker and podman write as the version of a layer in the format before manifest.json.
LEGACY_VERSION = b"1.0"

_TAR_TYPES = {
    "file": tarfile.REGTYPE,
    "dir": tarfile.DIRTYPE,
    "symlink": tarfile.SYMTYPE,
    "hardlink": tarfile.LNKTYPE,
    "char": tarfile.CHRTYPE,
    "block": tarfile.BLKTYPE,
    "fifo": tarfile.FIFOTYPE,
}
_SUFFIXES = {"none": "", "gzip": "+gzip", "zstd": "+zstd"}
# Overrides of config() that belong into its inner "config" object.
_RUN_KEYS = {
    "cmd": "Cmd",
    "entrypoint": "Entrypoint",
    "env": "Env",
    "exposed_ports": "ExposedPorts",
    "labels": "Labels",
    "user": "User",
    "volumes": "Volumes",
    "working_dir": "WorkingDir",
}


@dataclass(frozen=True, slots=True)
class Item:
    """One tar entry of a layer, its path exactly as it is to stand in the header."""

    kind: Kind
    path: str
    content: bytes = b""
    mode: int = 0o644
    uid: int = 0
    gid: int = 0
    mtime: int = 0
    target: str = ""
    major: int = 0
    minor: int = 0
    xattrs: tuple[tuple[str, str], ...] = ()


def file(
    path: str,
    content: bytes = b"",
    *,
    mode: int = 0o644,
    uid: int = 0,
    gid: int = 0,
    mtime: int = 0,
    xattrs: tuple[tuple[str, str], ...] = (),
) -> Item:
    """Return a regular file."""
    return Item("file", path, content, mode=mode, uid=uid, gid=gid, mtime=mtime, xattrs=xattrs)


def directory(path: str, mode: int = 0o755, *, uid: int = 0, gid: int = 0, mtime: int = 0) -> Item:
    """Return a directory."""
    return Item("dir", path, mode=mode, uid=uid, gid=gid, mtime=mtime)


def symlink(path: str, target: str) -> Item:
    """Return a symbolic link."""
    return Item("symlink", path, mode=0o777, target=target)


def hardlink(path: str, target: str) -> Item:
    """Return a hard link: one more name for `target`."""
    return Item("hardlink", path, target=target)


def chardev(path: str, major: int, minor: int) -> Item:
    """Return a character device; 0:0 is overlayfs's whiteout."""
    return Item("char", path, major=major, minor=minor)


def fifo(path: str) -> Item:
    """Return a named pipe."""
    return Item("fifo", path)


def whiteout(path: str) -> Item:
    """Return the empty file that hides `path` of lower layers."""
    parent, slash, name = path.rpartition("/")
    return file(f"{parent}{slash}.wh.{name}")


def opaque(path: str) -> Item:
    """Return the empty file that hides all that lower layers have in the directory `path`, "" for the root."""
    return file(f"{path}/.wh..wh..opq" if path else ".wh..wh..opq")


def layer(*items: Item, format: int = tarfile.PAX_FORMAT) -> bytes:  # noqa: A002 - tarfile's own word
    """Return the items as an uncompressed tar."""
    return _tar(_members(*items), format)


def compress(tar: bytes, how: Compression) -> bytes:
    """Return a layer's tar as a blob."""
    if how == "gzip":
        blob = io.BytesIO()
        # GzipFile writes the same header on every Python; gzip.compress leaves the OS byte to zlib.
        with gzip.GzipFile(filename="", mode="wb", fileobj=blob, mtime=0) as stream:
            stream.write(tar)
        return blob.getvalue()
    return zstd.compress(tar) if how == "zstd" else tar


def config(layers: Sequence[bytes], history: Sequence[Mapping[str, object]] | None = None, **overrides: Any) -> bytes:
    """Return the image configuration of uncompressed layers.

    Overrides named in `_RUN_KEYS` (env, cmd, ...) go into its inner "config" object, all others to the top level.
    """
    if history is None:
        history = [{"created": EPOCH, "created_by": f"layer {number}"} for number in range(len(layers))]
    run = {"Env": ["PATH=/usr/bin:/bin"], "Cmd": ["/bin/sh"]}
    run |= {_RUN_KEYS[key]: value for key, value in overrides.items() if key in _RUN_KEYS}
    document = {
        "created": EPOCH,
        "architecture": "amd64",
        "os": "linux",
        "config": run,
        "rootfs": {"type": "layers", "diff_ids": [_digest(tar) for tar in layers]},
        "history": list(history),
    }
    return _json(document | {key: value for key, value in overrides.items() if key not in _RUN_KEYS})


def docker_archive(
    layers: Sequence[bytes],
    *,
    flavour: Flavour,
    repo_tags: Sequence[str] = ("sample:latest",),
    **config_overrides: Any,
) -> bytes:
    """Return uncompressed layers as the docker archive that one of its writers makes of them.

    old: docker save up to 24. modern: docker save from 25. podman: podman and skopeo. lowercase: jib's key names.
    """
    image = _Saved(layers, config(layers, **config_overrides), tuple(repo_tags))
    writers = {"old": _old_archive, "modern": _modern_archive, "podman": _podman_archive, "lowercase": _jib_archive}
    return _tar(writers[flavour](image))


Predicate = Callable[[list[str]], tuple[str, Any]]


def oci_layout(
    layers: Sequence[bytes] | Mapping[str, Sequence[bytes]],
    *,
    compression: Compression = "gzip",
    nested: bool = False,
    attestation: bool = False,
    predicate: Predicate | None = None,
    annotations: Mapping[str, str] | None = None,
    **config_overrides: Any,
) -> dict[str, bytes]:
    """Return an OCI image layout as relative path -> content.

    Layers are uncompressed: one image's (linux/amd64), or a mapping of platform ("linux/arm64/v8") to its layers.
    nested puts an image index between index.json and the manifests; annotations are those in index.json. predicate
    makes the statement of the attestations, of the digests of an image's layers: its type and its content.
    """
    images = layers if isinstance(layers, Mapping) else {"linux/amd64": layers}
    files: dict[str, bytes] = {}
    manifests = [
        _add_image(files, image_layers, platform=platform, compression=compression, overrides=config_overrides)
        for platform, image_layers in images.items()
    ]
    if attestation:
        manifests += [_add_attestation(files, manifest, predicate) for manifest in manifests]
    named = {"annotations": dict(annotations or {"org.opencontainers.image.ref.name": "latest"})}
    if nested:
        top = [_add_blob(files, _json(_index(manifests)), INDEX_TYPE) | named]
    else:
        top = [manifest if "annotations" in manifest else manifest | named for manifest in manifests]
    return files | {"index.json": _json(_index(top)), "oci-layout": _json({"imageLayoutVersion": "1.0.0"})}


def oci_archive(files: Mapping[str, bytes], *, directories: bool = True) -> bytes:
    """Return the files of an OCI layout as a tar, with or without entries for its directories."""
    return _tar(_with_directories(files) if directories else _files(sorted(files.items())))


def write_layout(files: Mapping[str, bytes], folder: Path) -> Path:
    """Write the files of an OCI layout below a folder and return the folder."""
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


Member = tuple[tarfile.TarInfo, bytes]


@dataclass(frozen=True, slots=True)
class _Saved:
    """What every flavour of docker archive is made of."""

    layers: Sequence[bytes]
    config: bytes
    repo_tags: tuple[str, ...]

    @property
    def config_name(self) -> str:
        return f"{_hex(self.config)}.json"

    def legacy_ids(self) -> list[str]:
        """Return one ID a layer, distinct even where a layer repeats, since each covers its parent's."""
        ids: list[str] = []
        for tar in self.layers:
            ids.append(_hex(f"{ids[-1] if ids else ''} {_digest(tar)}".encode()))
        return ids

    def legacy_json(self, number: int) -> bytes:
        """Return the JSON that stands beside layer `number` in the format before manifest.json."""
        ids = self.legacy_ids()
        parent = {"parent": ids[number - 1]} if number else {}
        return _json({"id": ids[number], **parent, "created": EPOCH, "os": "linux"})

    def manifest(self, config_path: str, layer_paths: Sequence[str], **more: object) -> bytes:
        """Return manifest.json with this one image."""
        tags = list(self.repo_tags) or None
        return _json([{"Config": config_path, "RepoTags": tags, "Layers": list(layer_paths), **more}])

    def repositories(self) -> dict[str, bytes]:
        """Return the file that maps names to the legacy ID of the top layer, where there is anything to map."""
        names: dict[str, dict[str, str]] = {}
        for repo_tag in self.repo_tags if self.layers else ():
            name, _, tag = repo_tag.rpartition(":")
            names.setdefault(name, {})[tag] = self.legacy_ids()[-1]
        return {"repositories": _json(names)} if names else {}


def _old_archive(image: _Saved) -> list[Member]:
    """List `<id>/layer.tar` directories sorted by ID, so in no order of layers, and links for repeated layers."""
    ids = image.legacy_ids()
    first_use = {_hex(tar): layer_id for layer_id, tar in reversed(list(zip(ids, image.layers, strict=True)))}
    members: dict[str, list[Member]] = {}
    for number, (layer_id, tar) in enumerate(zip(ids, image.layers, strict=True)):
        content = file(f"{layer_id}/layer.tar", tar)
        if first_use[_hex(tar)] != layer_id:
            content = symlink(f"{layer_id}/layer.tar", f"../{first_use[_hex(tar)]}/layer.tar")
        legacy = [file(f"{layer_id}/VERSION", LEGACY_VERSION), file(f"{layer_id}/json", image.legacy_json(number))]
        members[layer_id] = _members(directory(layer_id), *legacy, content)
    members[image.config_name] = _members(file(image.config_name, image.config))
    paths = [f"{layer_id}/layer.tar" for layer_id in ids]
    rest = {"manifest.json": image.manifest(image.config_name, paths)} | image.repositories()
    return [member for name in sorted(members) for member in members[name]] + _files(rest.items())


def _modern_archive(image: _Saved) -> list[Member]:
    """List an OCI layout of uncompressed layers with manifest.json and unreferenced legacy blobs in it."""
    annotations = {"io.containerd.image.name": f"docker.io/library/{image.repo_tags[0]}"} if image.repo_tags else None
    files: dict[str, bytes] = {}
    layers = [_add_blob(files, tar, LAYER_TYPE) for tar in image.layers]
    configuration = _add_blob(files, image.config, CONFIG_TYPE)
    manifest = _add_manifest(files, configuration, layers) | ({"annotations": annotations} if annotations else {})
    for number in range(len(image.layers)):
        _add_blob(files, image.legacy_json(number), CONFIG_TYPE)
    files["index.json"] = _json(_index([manifest]))
    files["oci-layout"] = _json({"imageLayoutVersion": "1.0.0"})
    sources = {str(descriptor["digest"]): descriptor for descriptor in layers}
    paths = [_blob_path(tar) for tar in image.layers]
    files["manifest.json"] = image.manifest(_blob_path(image.config), paths, LayerSources=sources)
    return _with_directories(files | image.repositories())


def _podman_archive(image: _Saved) -> list[Member]:
    """List each distinct layer once as `<diff id>.tar`, then legacy directories of links to them."""
    members = _files({f"{_hex(tar)}.tar": tar for tar in image.layers}.items())
    for number, (layer_id, tar) in enumerate(zip(image.legacy_ids(), image.layers, strict=True)):
        members += _members(
            file(f"{layer_id}/VERSION", LEGACY_VERSION),
            symlink(f"{layer_id}/layer.tar", f"../{_hex(tar)}.tar"),
            file(f"{layer_id}/json", image.legacy_json(number)),
        )
    manifest = image.manifest(image.config_name, [f"{_hex(tar)}.tar" for tar in image.layers])
    rest = {image.config_name: image.config} | image.repositories() | {"manifest.json": manifest}
    return members + _files(rest.items())


def _jib_archive(image: _Saved) -> list[Member]:
    """List each distinct layer once as `<diff id>.tar`, and a manifest.json whose keys start in lower case."""
    names = [f"{_hex(tar)}.tar" for tar in image.layers]
    manifest = [{"config": image.config_name, "repoTags": list(image.repo_tags), "layers": names}]
    files = dict(zip(names, image.layers, strict=True))
    return _files((files | {image.config_name: image.config, "manifest.json": _json(manifest)}).items())


def _add_image(
    files: dict[str, bytes],
    layers: Sequence[bytes],
    *,
    platform: str,
    compression: Compression,
    overrides: Mapping[str, Any],
) -> dict[str, object]:
    """Add one platform's blobs and return its manifest's descriptor."""
    words = dict(zip(("os", "architecture", "variant"), platform.split("/"), strict=False))
    media_type = LAYER_TYPE + _SUFFIXES[compression]
    blobs = [_add_blob(files, compress(tar, compression), media_type) for tar in layers]
    configuration = _add_blob(files, config(layers, **(words | dict(overrides))), CONFIG_TYPE)
    return _add_manifest(files, configuration, blobs) | {"platform": words}


def _add_attestation(
    files: dict[str, bytes], subject: Mapping[str, object], predicate: Predicate | None
) -> dict[str, object]:
    """Add a BuildKit attestation of a manifest and return its descriptor, whose platform is unknown/unknown."""
    platform = {"architecture": "unknown", "os": "unknown"}
    document = {"_type": "https://in-toto.io/Statement/v0.1", "subject": [{"digest": subject["digest"]}]}
    annotations = {}
    if predicate is not None:
        manifest = json.loads(files["blobs/" + str(subject["digest"]).replace(":", "/")])
        kind, content = predicate([layer["digest"] for layer in manifest["layers"]])
        document |= {"predicateType": kind, "predicate": content}
        annotations = {"annotations": {"in-toto.io/predicate-type": kind}}
    statement = _json(document)
    blob = _add_blob(files, statement, "application/vnd.in-toto+json") | annotations
    rootfs = {"type": "layers", "diff_ids": [_digest(statement)]}
    configuration = _add_blob(files, _json(platform | {"config": {}, "rootfs": rootfs}), CONFIG_TYPE)
    reference = {
        "vnd.docker.reference.digest": subject["digest"],
        "vnd.docker.reference.type": "attestation-manifest",
    }
    return _add_manifest(files, configuration, [blob]) | {"annotations": reference, "platform": platform}


def _add_manifest(
    files: dict[str, bytes], configuration: Mapping[str, object], layers: Sequence[Mapping[str, object]]
) -> dict[str, object]:
    """Add an image manifest and return its descriptor."""
    manifest = {"schemaVersion": 2, "mediaType": MANIFEST_TYPE, "config": configuration, "layers": layers}
    return _add_blob(files, _json(manifest), MANIFEST_TYPE)


def _add_blob(files: dict[str, bytes], content: bytes, media_type: str) -> dict[str, object]:
    """Add one blob and return its descriptor."""
    files[_blob_path(content)] = content
    return {"mediaType": media_type, "digest": _digest(content), "size": len(content)}


def _index(manifests: Sequence[Mapping[str, object]]) -> dict[str, object]:
    return {"schemaVersion": 2, "mediaType": INDEX_TYPE, "manifests": list(manifests)}


def _member(item: Item) -> tarfile.TarInfo:
    """Return an item's tar header."""
    info = tarfile.TarInfo(item.path)
    info.type, info.linkname, info.size = _TAR_TYPES[item.kind], item.target, len(item.content)
    info.mode, info.uid, info.gid, info.mtime = item.mode, item.uid, item.gid, item.mtime
    info.devmajor, info.devminor = item.major, item.minor
    info.pax_headers = {f"SCHILY.xattr.{name}": value for name, value in item.xattrs}
    return info


def _members(*items: Item) -> list[Member]:
    return [(_member(item), item.content) for item in items]


def _files(files: Iterable[tuple[str, bytes]]) -> list[Member]:
    return _members(*(file(path, content) for path, content in files))


def _with_directories(files: Mapping[str, bytes]) -> list[Member]:
    """List files sorted by path, each directory before what is in it."""
    folders = {str(parent) for path in files for parent in Path(path).parents if parent != Path()}
    items = {path: file(path, content) for path, content in files.items()} | {path: directory(path) for path in folders}
    return _members(*(items[path] for path in sorted(items)))


def _tar(members: Iterable[Member], tar_format: int = tarfile.PAX_FORMAT) -> bytes:
    """Return members as a tar; names that are not UTF-8 are given with surrogate escapes."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w", format=tar_format, encoding="utf-8", errors="surrogateescape") as tar:
        for info, content in members:
            tar.addfile(info, io.BytesIO(content))
    return archive.getvalue()


def _json(document: object) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()


def _hex(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _digest(content: bytes) -> str:
    return f"sha256:{_hex(content)}"


def _blob_path(content: bytes) -> str:
    return f"blobs/sha256/{_hex(content)}"
