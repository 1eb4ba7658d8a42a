#!/usr/bin/env python3
"""The bare limit of reading an OCI archive's compressed layers: decompress, two digests, and nothing else.

Every layer is inflated with isal or decompressed with libzstd, its blob's and its content's SHA-256 are computed in a
second thread beside each worker and checked. Workers and queue sizes are those of layerscope; blobs are read in place,
in chunks of a megabyte, the largest first.

example:
  python benchmarks/bare_inflate.py image.oci.tar
"""

import hashlib
import json
import os
import queue
import sys
import tarfile
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from isal import igzip_lib

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    from hashlib import _Hash

CHUNK_BYTES = 1 << 20
GZIP_MAGIC = b"\x1f\x8b"
QUEUED_CHUNKS = 8
WORKERS = min(8, os.cpu_count() or 1)


@dataclass(frozen=True, slots=True)
class Blob:
    """Where a layer lies in the archive, and the digests that it must have."""

    offset_bytes: int
    size_bytes: int
    digest: str
    diff_id: str


def main(archive: Path) -> int:
    """Check every layer; the exit status is 1 where a digest is wrong."""
    blobs = sorted(set(find_layers(archive)), key=lambda blob: -blob.size_bytes)
    descriptor = os.open(archive, os.O_RDONLY)
    with ThreadPoolExecutor(WORKERS) as pool:
        good = list(pool.map(lambda blob: check(descriptor, blob), blobs))
    os.close(descriptor)
    sys.stdout.write(f"{len(good)} layers, {good.count(False)} with wrong digests\n")
    return int(not all(good))


def find_layers(archive: Path) -> list[Blob]:
    """The layers of the archive's first image."""
    with tarfile.open(archive, "r:") as tar:
        members = {member.name.removeprefix("./"): member for member in tar}

        def read(name: str) -> Any:
            content = tar.extractfile(members[name])
            return json.load(content) if content else None

        document = read("index.json")
        while "manifests" in document:
            document = read(path(document["manifests"][0]["digest"]))
        diff_ids = read(path(document["config"]["digest"]))["rootfs"]["diff_ids"]
        found = [(members[path(layer["digest"])], layer["digest"]) for layer in document["layers"]]
    return [
        Blob(member.offset_data, member.size, digest, diff_id)
        for (member, digest), diff_id in zip(found, diff_ids, strict=True)
    ]


def path(digest: str) -> str:
    """Where a layout keeps a blob."""
    return f"blobs/{digest.replace(':', '/')}"


def check(descriptor: int, blob: Blob) -> bool:
    """Decompress one layer, and say whether both digests are right."""
    chunks: queue.Queue[tuple[_Hash, bytes] | None] = queue.Queue(QUEUED_CHUNKS)
    stored, unpacked = hashlib.sha256(), hashlib.sha256()
    hashing = threading.Thread(target=update, args=(chunks,))
    hashing.start()
    is_gzip = os.pread(descriptor, len(GZIP_MAGIC), blob.offset_bytes) == GZIP_MAGIC
    inflater = new_decompressor(is_gzip=is_gzip)
    position, end, pending = blob.offset_bytes, blob.offset_bytes + blob.size_bytes, b""
    while position < end or not inflater.eof:
        if inflater.eof:
            pending, inflater = inflater.unused_data, new_decompressor(is_gzip=is_gzip)
        data = b""
        if inflater.needs_input:
            data, pending = pending, b""
            if not data:
                data = os.pread(descriptor, min(CHUNK_BYTES, end - position), position)
                position += len(data)
                chunks.put((stored, data))
        content = inflater.decompress(data, CHUNK_BYTES)
        chunks.put((unpacked, content))
    chunks.put(None)
    hashing.join()
    return [f"sha256:{hasher.hexdigest()}" for hasher in (stored, unpacked)] == [blob.digest, blob.diff_id]


def new_decompressor(*, is_gzip: bool) -> Any:
    """For a gzip member or a zstd frame."""
    return igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP) if is_gzip else zstd.ZstdDecompressor()


def update(chunks: "queue.Queue[tuple[_Hash, bytes] | None]") -> None:
    """Feed hashes until there is no more."""
    while (item := chunks.get()) is not None:
        item[0].update(item[1])


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        raise SystemExit(__doc__)
    sys.exit(main(Path(sys.argv[1])))
