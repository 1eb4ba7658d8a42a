"""Writes docker archives with very many entries, as a stream: a header takes some microseconds and nothing is kept."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_BLOCK_BYTES = 512
_FILES_A_DIRECTORY = 100
_NAME_BYTES = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """One tar entry; a path that ends with a slash is a directory."""

    path: str
    content: bytes = b""


def write_archive(path: Path, layers: Iterable[Iterable[Entry]]) -> None:
    """Write layers, from the bottom, as `docker save` did up to version 24."""
    names, diff_ids = [], []
    with path.open("wb", buffering=1 << 20) as file:
        for number, entries in enumerate(layers):
            names.append(f"layer-{number}/layer.tar")
            diff_ids.append(f"sha256:{_write_layer(file, names[-1], entries)}")
        config = {
            "architecture": "amd64",
            "os": "linux",
            "config": {},
            "rootfs": {"type": "layers", "diff_ids": diff_ids},
        }
        history = [{"created": "1970-01-01T00:00:00Z", "created_by": name} for name in names]
        content = json.dumps(config | {"history": history}).encode()
        config_name = f"{hashlib.sha256(content).hexdigest()}.json"
        manifest = [{"Config": config_name, "RepoTags": ["many:latest"], "Layers": names}]
        for name, document in ((config_name, content), ("manifest.json", json.dumps(manifest).encode())):
            file.writelines(_blocks(Entry(name, document)))
        file.write(bytes(2 * _BLOCK_BYTES))


def files_and_whiteouts(files: int, whiteouts: int, content_bytes: int) -> Iterator[Iterator[Entry]]:
    """Two layers: many files, and whiteouts of some of them, evenly spread."""
    yield _files("package", files, content_bytes)
    step = max(1, files // whiteouts) if whiteouts else 1
    hidden = (_path("package", number * step) for number in range(whiteouts))
    yield (Entry(f"{path.rpartition('/')[0]}/.wh.{path.rpartition('/')[2]}") for path in hidden)


def many_layers(layers: int, entries: int, content_bytes: int) -> Iterator[Iterator[Entry]]:
    """Layers of equally many entries, directories included; each but the first writes over a tenth of the one below."""
    each = entries // layers
    files = each - -(-each // _FILES_A_DIRECTORY)
    for number in range(layers):
        below = files // 10 if number else 0
        yield _two(
            _files(f"package_{number:02}", files - below, content_bytes, directories=each - files),
            (Entry(_path(f"package_{number - 1:02}", file), b"%d" % number) for file in range(below)),
        )


def _two(first: Iterator[Entry], second: Iterator[Entry]) -> Iterator[Entry]:
    yield from first
    yield from second


def _files(package: str, count: int, content_bytes: int, directories: int | None = None) -> Iterator[Entry]:
    """Files with distinct contents of one size, and their directories."""
    wanted = -(-count // _FILES_A_DIRECTORY) if directories is None else directories
    for number in range(wanted):
        yield Entry(_path(package, number * _FILES_A_DIRECTORY).rpartition("/")[0] + "/")
    for number in range(count):
        yield Entry(
            _path(package, number), (b"%s %d " % (package.encode(), number)).ljust(content_bytes)[:content_bytes]
        )


def _path(package: str, number: int) -> str:
    folder = number // _FILES_A_DIRECTORY
    return f"usr/local/lib/python3.11/dist-packages/{package}/part_{folder:05}/module_{number:07}.py"


def _write_layer(file: IO[bytes], name: str, entries: Iterable[Entry]) -> str:
    """Write a layer's file, its header last, when its size is known; returns the digest."""
    header_at = file.tell()
    file.write(bytes(_BLOCK_BYTES))
    hasher = hashlib.sha256()
    for entry in entries:
        for block in _blocks(entry):
            hasher.update(block)
            file.write(block)
    end = bytes(2 * _BLOCK_BYTES)
    hasher.update(end)
    file.write(end)
    here = file.tell()
    file.seek(header_at)
    file.write(_header(name, here - header_at - _BLOCK_BYTES))
    file.seek(here)
    return hasher.hexdigest()


def _blocks(entry: Entry) -> Iterator[bytes]:
    yield _header(entry.path, len(entry.content))
    if entry.content:
        yield entry.content + bytes(-len(entry.content) % _BLOCK_BYTES)


def _header(path: str, size: int) -> bytes:
    name = path.encode()
    if len(name) > _NAME_BYTES:
        raise ValueError(f"{path} is too long")
    kind, mode = (b"5", b"0000755") if name.endswith(b"/") else (b"0", b"0000644")
    fields = (name.ljust(_NAME_BYTES, b"\0"), mode, b"\0000000000\0000000000\0", b"%011o" % size, b"\00000000000000\0")
    start, end = b"%b%b%b%b%b" % fields, (kind.ljust(101, b"\0") + b"ustar\00000").ljust(356, b"\0")
    checksum = sum(start) + sum(end) + 8 * 32
    return b"%b%06o\0 %b" % (start, checksum, end)
