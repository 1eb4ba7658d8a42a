"""The folder of a Docker Engine with overlay2, written from layers without an engine."""

import base64
import gzip
import hashlib
import io
import json
import tarfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.images import config


@dataclass(frozen=True, slots=True)
class DockerRoot:
    """Such a folder with one image, and where the parts of its layers are."""

    path: Path
    image_id: str
    entries: tuple[Path, ...]
    folders: tuple[Path, ...]

    @property
    def image_config(self) -> Path:
        """Return where the image's configuration is."""
        return self.path / "image/overlay2/imagedb/content/sha256" / self.image_id.partition(":")[2]

    @property
    def info(self) -> dict[str, Any]:
        """Return what the engine says of itself."""
        return {
            "DockerRootDir": str(self.path),
            "Driver": "overlay2",
            "DriverStatus": [["Native Overlay Diff", "true"]],
        }


def write_root(path: Path, layers: Sequence[bytes]) -> DockerRoot:
    """Put an image's configuration and layers where an engine keeps them."""
    content = config(layers)
    image_id = _digest(content)
    entries, folders = [], []
    chain = ""
    for number, tar in enumerate(layers):
        diff_id = _digest(tar)
        chain = _digest(f"{chain} {diff_id}".encode()) if chain else diff_id
        entry = path / "image/overlay2/layerdb/sha256" / chain.partition(":")[2]
        folder = path / "overlay2" / f"{number:064x}" / "diff"
        for made in (entry, folder):
            made.mkdir(parents=True)
        (entry / "diff").write_text(diff_id, encoding="ascii")
        (entry / "cache-id").write_text(folder.parent.name, encoding="ascii")
        (entry / "tar-split.json.gz").write_bytes(gzip.compress(split(tar), 1))
        size_bytes = _unpack(tar, folder)
        (entry / "size").write_text(str(size_bytes), encoding="ascii")
        entries.append(entry)
        folders.append(folder)
    root = DockerRoot(path, image_id, tuple(entries), tuple(folders))
    root.image_config.parent.mkdir(parents=True)
    root.image_config.write_bytes(content)
    return root


def split(tar: bytes) -> bytes:
    """Return a tar's tar-split: where contents lie is what the standard library's reader says."""
    return b"".join(json.dumps(line).encode() + b"\n" for line in split_lines(tar))


def split_lines(tar: bytes) -> Iterator[dict[str, Any]]:
    """Return the lines of a tar's tar-split, as values."""
    end = 0
    with tarfile.open(fileobj=io.BytesIO(tar), mode="r:") as archive:
        for member in archive:
            has_content = member.isreg() and member.size
            start = member.offset_data
            yield {"type": 2, "payload": _base64(tar[end:start])}
            name = _name(member.name)
            if has_content:
                content = tar[start : start + member.size]
                # No CRC-64, but like one it differs only where contents do.
                checksum = zlib.crc32(content).to_bytes(8, "big")
                yield {"type": 1, **name, "size": member.size, "payload": _base64(checksum)}
            else:
                yield {"type": 1, **name, "payload": None}
            end = start + (member.size if has_content else 0)
    yield {"type": 2, "payload": _base64(tar[end:])}


def _name(name: str) -> dict[str, str]:
    raw = name.encode("utf-8", "surrogateescape")
    try:
        return {"name": raw.decode()}
    except UnicodeDecodeError:
        return {"name_raw": _base64(raw)}


def _unpack(tar: bytes, folder: Path) -> int:
    """Write the contents only, since all else is known from the headers; returns how many bytes they are."""
    size_bytes = 0
    with tarfile.open(fileobj=io.BytesIO(tar), mode="r:") as archive:
        for member in archive:
            if member.isreg() and member.size:
                path = folder / member.name.lstrip("/")
                path.parent.mkdir(parents=True, exist_ok=True)
                content = archive.extractfile(member)
                assert content is not None
                size_bytes += path.write_bytes(content.read())
    return size_bytes


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
