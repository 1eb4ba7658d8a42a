"""Layers with tables of contents: from the converters that define both formats, and by hand in other forms."""

import base64
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from layerscope.blob.allowance import Allowance
from layerscope.tables.read_table import LayerTable, fetch_table, parse_table
from tests.images import CONFIG_TYPE, INDEX_TYPE, MANIFEST_TYPE, config
from tests.indexing import Memory
from tests.tools import tool

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

STARGZ_DIGEST = "containerd.io/snapshot/stargz/toc.digest"
GO_SOURCES = Path("/usr/share/gocode")
_ESTARGZ = GO_SOURCES / "src/github.com/containerd/stargz-snapshotter/estargz"
_SKIPPABLE = b"\x50\x2a\x4d\x18"
_PROGRAM = """
package main

import (
	"fmt"
	"io"
	"os"

	"github.com/containerd/stargz-snapshotter/estargz"
)

func main() {
	file, err := os.Open(os.Args[1])
	check(err)
	info, err := file.Stat()
	check(err)
	options := []estargz.Option{estargz.WithChunkSize(4096), estargz.WithPrioritizedFiles(os.Args[2:])}
	blob, err := estargz.Build(io.NewSectionReader(file, 0, info.Size()), options...)
	check(err)
	_, err = io.Copy(os.Stdout, blob)
	check(err)
	check(blob.Close())
	fmt.Fprint(os.Stderr, blob.TOCDigest())
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
"""


@dataclass(frozen=True, slots=True)
class LazyLayer:
    """A blob, the tar that it unpacks to, and what its manifest says of it."""

    blob: bytes
    tar: bytes
    media_type: str
    annotations: dict[str, str]

    def read(self, **annotations: str) -> LayerTable | None:
        """Read its table; more annotations replace its own."""
        return read_table(self.blob, self.annotations | annotations)


def read_table(
    blob: bytes, annotations: Mapping[str, str] | None = None, allowance: Allowance | None = None
) -> LayerTable | None:
    """Read a layer's table, without annotations from its last bytes."""
    found = fetch_table(Memory(blob), annotations or {})
    return parse_table(found, allowance or Allowance()) if found else None


Converter = Callable[..., LazyLayer]


def build_converter(folder: Path) -> Converter:
    """Build the converter of containerd/stargz-snapshotter from Debian's copy of its source.

    Without that the test is skipped, which is a failure in CI.
    """
    go = tool("go")
    if not _ESTARGZ.is_dir():
        message = "the source of containerd/stargz-snapshotter is not there"
        pytest.fail(message) if os.environ.get("LAYERSCOPE_REQUIRE_ENGINE") == "1" else pytest.skip(message)
    source, program = folder / "main.go", folder / "convert"
    source.write_text(_PROGRAM)
    go_env = {"GOCACHE": str(folder / "cache"), "GO111MODULE": "off", "GOFLAGS": "", "GOPATH": str(GO_SOURCES)}
    subprocess.run([go, "build", "-o", program, source], check=True, env=os.environ | go_env, timeout=600)

    def convert(tar: bytes, *prioritized: str) -> LazyLayer:
        (folder / "layer.tar").write_bytes(tar)
        command = [str(program), str(folder / "layer.tar"), *prioritized]
        done = subprocess.run(command, capture_output=True, check=True, timeout=60)
        return LazyLayer(done.stdout, _gunzip(done.stdout), _layer_type("gzip"), {STARGZ_DIGEST: done.stderr.decode()})

    return convert


def skopeo_chunked(folder: Path, layers: Sequence[bytes]) -> Path:
    """Let skopeo write an image with these layers as zstd:chunked; returns its layout.

    Debian's skopeo keeps two of the blocks that end a tar and no more, so that is how these layers have to end.
    """
    whole = [tar.rstrip(b"\0") for tar in layers]
    ended = [tar + bytes(-len(tar) % 512 + 1_024) for tar in whole]
    plain = write_lazy(folder / "plain", [LazyLayer(tar, tar, _layer_type("none"), {}) for tar in ended])
    command = [tool("skopeo"), "copy", "--quiet", "--dest-compress-format", "zstd:chunked"]
    subprocess.run([*command, f"oci:{plain}", f"oci:{folder / 'chunked'}"], check=True, capture_output=True, timeout=60)
    return folder / "chunked"


def read_layout(folder: Path) -> list[LazyLayer]:
    """Return the layers of a layout that somebody else wrote."""
    index = json.loads((folder / "index.json").read_bytes())
    manifest = json.loads(_blob(folder, index["manifests"][0]["digest"]))
    found = []
    for item in manifest["layers"]:
        blob = _blob(folder, item["digest"])
        found.append(LazyLayer(blob, zstd.decompress(blob), item["mediaType"], item.get("annotations", {})))
    return found


def modern_chunked(tar: bytes, **changes: Any) -> LazyLayer:
    """Return a layer as containers/storage has written zstd:chunked since 2023: a longer footer, other annotations.

    `changes` replace parts: the `entries` of the table, the `table` as JSON, the `footer` numbers.
    """
    payload = zstd.compress(tar)
    table = changes["table"] if "table" in changes else _chunked_table(tar, changes.get("entries"))
    packed = zstd.compress(table)
    offset = len(payload) + 8
    numbers = changes.get("footer", (offset, len(packed), len(table), 1, offset + len(packed) + 8, 4, 4))
    footer = b"".join(number.to_bytes(8, "little") for number in numbers) + b"GNUlInUx"
    blob = payload + skippable(packed) + skippable(b"skip") + skippable(footer)
    prefix = "io.github.containers.zstd-chunked."
    annotations = {
        f"{prefix}manifest-position": ":".join(map(str, numbers[:4])),
        f"{prefix}manifest-checksum": sha256(packed),
    }
    return LazyLayer(blob, tar, _layer_type("zstd"), annotations)


def _chunked_table(tar: bytes, entries: Sequence[Any] | None) -> bytes:
    return json.dumps({"version": 1, "entries": chunked_entries(tar) if entries is None else entries}).encode()


def chunked_entries(tar: bytes) -> list[dict[str, Any]]:
    """Return the table that a tar should have, by the standard library's reader."""
    kinds = {tarfile.REGTYPE: "reg", tarfile.DIRTYPE: "dir", tarfile.SYMTYPE: "symlink", tarfile.LNKTYPE: "hardlink"}
    kinds |= {tarfile.CHRTYPE: "char", tarfile.BLKTYPE: "block", tarfile.FIFOTYPE: "fifo"}
    entries = []
    with tarfile.open(fileobj=io.BytesIO(tar)) as archive:
        for member in archive:
            entry = {"type": kinds[member.type], "name": member.name + "/" * member.isdir(), "mode": member.mode}
            entry |= {"size": member.size} if member.size else {}
            numbers = {"uid": member.uid, "gid": member.gid, "devMajor": member.devmajor, "devMinor": member.devminor}
            entry |= {name: number for name, number in numbers.items() if number}
            entry |= {"linkName": member.linkname} if member.linkname else {}
            entry["modtime"] = f"{datetime.fromtimestamp(member.mtime, UTC):%Y-%m-%dT%H:%M:%SZ}"
            xattrs = {
                name.removeprefix("SCHILY.xattr."): base64.b64encode(value.encode()).decode()
                for name, value in member.pax_headers.items()
                if name.startswith("SCHILY.xattr.")
            }
            entry |= {"xattrs": xattrs} if xattrs else {}
            content = archive.extractfile(member) if member.isfile() else None
            if content is not None and member.size:
                entry["digest"] = sha256(content.read())
            entries.append(entry)
    return entries


def skippable(content: bytes) -> bytes:
    """Return a zstd frame that decompressors pass over (RFC 8878, section 3.1.2)."""
    return _SKIPPABLE + len(content).to_bytes(4, "little") + content


def write_lazy(folder: Path, layers: Sequence[LazyLayer], **overrides: Any) -> Path:
    """Write an OCI layout with these layers and return its folder."""
    blobs = folder / "blobs/sha256"
    blobs.mkdir(parents=True)

    def add(content: bytes, media_type: str, **more: Any) -> dict[str, Any]:
        digest = sha256(content)
        (blobs / digest.removeprefix("sha256:")).write_bytes(content)
        return {"mediaType": media_type, "digest": digest, "size": len(content), **more}

    described = [
        add(item.blob, item.media_type, **({"annotations": item.annotations} if item.annotations else {}))
        for item in layers
    ]
    configuration = add(config([item.tar for item in layers], **overrides), CONFIG_TYPE)
    manifest = {"schemaVersion": 2, "mediaType": MANIFEST_TYPE, "config": configuration, "layers": described}
    top = {"schemaVersion": 2, "mediaType": INDEX_TYPE, "manifests": [add(_json(manifest), MANIFEST_TYPE)]}
    (folder / "index.json").write_bytes(_json(top))
    (folder / "oci-layout").write_bytes(_json({"imageLayoutVersion": "1.0.0"}))
    return folder


def sha256(content: bytes) -> str:
    """Return the digest of some bytes."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _blob(folder: Path, digest: str) -> bytes:
    return (folder / "blobs" / digest.replace(":", "/")).read_bytes()


def _layer_type(compression: str) -> str:
    suffix = {"none": "", "gzip": "+gzip", "zstd": "+zstd"}[compression]
    return f"application/vnd.oci.image.layer.v1.tar{suffix}"


def _gunzip(blob: bytes) -> bytes:
    return subprocess.run([tool("gzip"), "-dc"], input=blob, capture_output=True, check=True, timeout=60).stdout


def _json(document: object) -> bytes:
    return json.dumps(document, sort_keys=True).encode()
