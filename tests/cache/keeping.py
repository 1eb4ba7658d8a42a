"""Runs with a cache of their own, and how many bytes they read."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from layerscope.blob.file import FileSlice, OpenFile
from layerscope.cache.folder import CacheFolder
from layerscope.cache.scan_cache import ScanCache
from layerscope.pipeline import analyze_image
from layerscope.report.json import render_json
from layerscope.sources.options import OpenOptions

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LIMIT_BYTES = 1 << 30


@dataclass(slots=True)
class Reads:
    """What was read of image files."""

    count_bytes: int = 0


@contextmanager
def counting() -> Iterator[Reads]:
    """Count what is read of image files; the reads themselves are real."""
    reads = Reads()
    read_at, read_into = OpenFile.read_at, OpenFile.read_into

    def count_at(self: OpenFile, offset_bytes: int, size_bytes: int) -> bytes:
        content = read_at(self, offset_bytes, size_bytes)
        reads.count_bytes += len(content)
        return content

    def count_into(self: OpenFile, offset_bytes: int, buffer: memoryview) -> int:
        count = read_into(self, offset_bytes, buffer)
        reads.count_bytes += count
        return count

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(OpenFile, "read_at", count_at)
        patch.setattr(OpenFile, "read_into", count_into)
        yield reads


@contextmanager
def opened(folder: Path, limit_bytes: int = LIMIT_BYTES) -> Iterator[ScanCache]:
    """A cache in a folder, for one run."""
    cache = ScanCache(CacheFolder(folder), limit_bytes)
    try:
        yield cache
    finally:
        cache.close()


def report(image: Path | str, folder: Path | None, options: OpenOptions | None = None) -> bytes:
    """The JSON report of an image, made with the cache in a folder or without one."""
    if folder is None:
        return render_json(analyze_image(str(image), options))
    with opened(folder) as cache:
        content = render_json(analyze_image(str(image), options, cache=cache))
    assert cache.problem is None
    return content


def written(path: Path, content: bytes) -> Path:
    """Write a file, and wait until a change would be seen in its times."""
    path.write_bytes(content)
    return wait_until_settled(path)


def wait_until_settled(path: Path) -> Path:
    """Wait until the clock of the file system has gone on."""
    while True:
        with OpenFile(path) as file:
            if FileSlice(file).identify() is not None:
                return path
        time.sleep(0.01)


def plain_content(path: Path) -> bytes:
    """What is in a file of the cache, as docs/cache.md describes it."""
    content = path.read_bytes()
    assert content.startswith(b"layerscope-cache 1\n")
    return zstd.decompress(content[len(b"layerscope-cache 1\n") + 32 :])
