#!/usr/bin/env python3
"""The bare limit of reading an OCI archive's or layout's compressed layers: decompress, two digests, and nothing else.

Every layer is inflated with isal or decompressed with libzstd, its blob's and its content's SHA-256 are computed in a
second thread beside each worker and checked. Workers and queue sizes are those of layerscope; blobs are read in place,
in chunks of a megabyte, the largest first.

examples:
  python benchmarks/bare_inflate.py image.oci.tar
  python benchmarks/bare_inflate.py layout-folder
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
    """The file that a layer lies in, where in it, and the digests that it must have."""

    path: Path
    offset_bytes: int
    size_bytes: int
    digest: str
    diff_id: str


Files = dict[str, tuple[Path, int, int]]


def main(image: Path) -> int:
    """Check every layer; the exit status is 1 where a digest is wrong."""
    found = find_layers(files_of_layout(image) if image.is_dir() else files_of_archive(image))
    blobs = sorted(set(found), key=lambda blob: -blob.size_bytes)
    with ThreadPoolExecutor(WORKERS) as pool:
        good = list(pool.map(check, blobs))
    sys.stdout.write(f"{len(good)} layers, {good.count(False)} with wrong digests\n")
    return int(not all(good))


def files_of_archive(archive: Path) -> Files:
    """Each file of an archive by its name: where it lies, and its length."""
    with tarfile.open(archive, "r:") as tar:
        return {member.name.removeprefix("./"): (archive, member.offset_data, member.size) for member in tar}


def files_of_layout(folder: Path) -> Files:
    """Each file of a layout by its name."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): (path, 0, path.stat().st_size) for path in files}


def find_layers(files: Files) -> list[Blob]:
    """The layers of the first image."""

    def read(name: str) -> Any:
        path, offset_bytes, size_bytes = files[name]
        with path.open("rb") as file:
            file.seek(offset_bytes)
            return json.loads(file.read(size_bytes))

    document = read("index.json")
    while "manifests" in document:
        document = read(path(document["manifests"][0]["digest"]))
    diff_ids = read(path(document["config"]["digest"]))["rootfs"]["diff_ids"]
    digests = [layer["digest"] for layer in document["layers"]]
    return [Blob(*files[path(digest)], digest, diff_id) for digest, diff_id in zip(digests, diff_ids, strict=True)]


def path(digest: str) -> str:
    """Where a layout keeps a blob."""
    return f"blobs/{digest.replace(':', '/')}"


def check(blob: Blob) -> bool:
    """Decompress one layer, and say whether both digests are right."""
    descriptor = os.open(blob.path, os.O_RDONLY)
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
    os.close(descriptor)
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
