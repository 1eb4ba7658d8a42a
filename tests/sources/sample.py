"""One image in every form a source can have, and what an analysis of it says whatever its form."""

import gzip
import io
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import layerscope
from layerscope import Analysis
from tests.images import (
    Flavour,
    directory,
    docker_archive,
    file,
    hardlink,
    layer,
    oci_archive,
    oci_layout,
    opaque,
    symlink,
    whiteout,
    write_layout,
)

FLAVOURS: tuple[Flavour, ...] = ("old", "modern", "podman", "lowercase")
TAGS = ("sample:latest",)
STATUS = b"Package: app\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.0\n"
SITE = "usr/lib/python3/site-packages"

BASE = layer(
    directory("usr"),
    directory("usr/lib"),
    file("usr/lib/app.so", b"\x7fELF" + bytes(20_000)),
    file("usr/lib/copy.so", b"\x7fELF" + bytes(20_000)),
    hardlink("usr/lib/app.so.1", "usr/lib/app.so"),
    symlink("lib", "usr/lib"),
    directory("var/lib/dpkg/info"),
    file("var/lib/dpkg/status", STATUS),
    file("var/lib/dpkg/info/app.list", b"/.\n/usr\n/usr/lib\n/usr/lib/app.so\n/usr/lib/app.so.1\n"),
    file("var/lib/apt/lists/example", b"l" * 5_000),
    file("opt/data/old", b"o" * 3_000),
)
PYTHON = layer(
    file(f"{SITE}/demo/__init__.py", b"print()\n" * 100, xattrs=(("user.note", "n"),)),
    file(f"{SITE}/demo-1.dist-info/METADATA", b"Metadata-Version: 2.1\nName: demo\nVersion: 1\n"),
    file(f"{SITE}/demo-1.dist-info/RECORD", b"demo/__init__.py,,\ndemo-1.dist-info/METADATA,,\n"),
    file("lib/wrong.so", b"w" * 700),
    whiteout("var/lib/apt/lists/example"),
    opaque("opt/data"),
)
AGAIN = layer(file("usr/lib/app.so", b"\x7fELF" + bytes(20_000), mode=0o755), file("weights.safetensors", b"w" * 9_000))
LAYERS = (BASE, PYTHON, AGAIN, PYTHON)
HISTORY = (
    {"created_by": "/bin/sh -c #(nop) ADD file:1 in / "},
    {"created_by": "ENV A=b", "empty_layer": True},
    {"created_by": "RUN /bin/sh -c pip install demo # buildkit"},
    {"created_by": "RUN /bin/sh -c chmod +x app # buildkit"},
    {"created_by": "RUN /bin/sh -c pip install demo # buildkit"},
)


def archive(flavour: Flavour, layers: Sequence[bytes] = LAYERS, tags: Sequence[str] = TAGS, **more: Any) -> bytes:
    """Return the image as a docker archive."""
    return docker_archive(layers, flavour=flavour, repo_tags=tags, **({"history": HISTORY} | more))


def layout(layers: Any = LAYERS, **more: Any) -> dict[str, bytes]:
    """Return the image as the files of an OCI layout."""
    return oci_layout(layers, **({"history": HISTORY} | more))


def write(folder: Path, content: bytes | Mapping[str, bytes], name: str = "image.tar") -> str:
    """Write an archive or a layout and return its path."""
    if isinstance(content, bytes):
        (folder / name).write_bytes(content)
    else:
        write_layout(content, folder / name)
    return str(folder / name)


def analyze(reference: str, *, platform: str | None = None, verify: bool = False) -> Analysis:
    """Analyze without ever asking an engine to pull."""
    return layerscope.analyze(reference, platform=platform, pull="never", verify=verify)


def every_form(folder: Path) -> dict[str, str]:
    """Write the image in each form; returns references by the forms' names."""
    forms: dict[str, bytes | Mapping[str, bytes]] = {
        f"docker archive, {flavour}": archive(flavour) for flavour in FLAVOURS
    }
    for compression in ("none", "gzip", "zstd"):
        forms[f"OCI layout, {compression}"] = layout(compression=compression)
        forms[f"OCI archive, {compression}"] = oci_archive(layout(compression=compression))
    forms["OCI archive without folders"] = oci_archive(layout(), directories=False)
    forms["OCI layout, nested"] = layout(nested=True)
    forms["OCI layout, attestation"] = layout(attestation=True)
    forms["docker archive, gzip"] = gzip.compress(archive("old"))
    forms["OCI archive, gzip"] = gzip.compress(oci_archive(layout()))
    return {name: write(folder, content, f"form {number}") for number, (name, content) in enumerate(forms.items())}


def summary(analysis: Analysis) -> dict[str, Any]:
    """Return what must not depend on where an image comes from."""
    index = analysis.index
    return {
        "image": analysis.image.image_id,
        "layers": [(item.position, str(item.diff_id), item.history) for item in analysis.image.layers],
        "bytes": (index.stored_bytes, index.live_bytes, index.superseded_bytes, index.duplicate_bytes),
        "rows": [
            (index.path(row), int(index.layers[row]), int(index.kinds[row]), int(index.sizes[row]))
            for row in range(len(index))
        ],
        "hidden": (index.hidden_by.tolist(), index.causes.tolist(), index.visible.tolist()),
        "superseded": index.superseded,
        "duplicates": [(group.bytes_each, sorted(group.rows)) for group in index.duplicates],
        "categories": [
            (item.detector.id, item.files, item.stored_bytes, item.live_bytes) for item in analysis.category_totals
        ],
        "packages": [
            (item.package, item.files, item.stored_bytes, item.live_bytes, item.layers)
            for item in analysis.package_totals
        ],
        "unowned": analysis.unowned_by_packages_bytes,
        "per layer": [(item.content_bytes, item.superseded_bytes) for item in analysis.layer_totals],
        "warnings": analysis.warnings,
        "complete": analysis.is_complete,
    }


def pack(files: Mapping[str, bytes], links: Mapping[str, str] | None = None) -> bytes:
    """Return files and symbolic links as a tar, in that order, nothing added."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name, target in (links or {}).items():
            info = tarfile.TarInfo(name)
            info.type, info.linkname = tarfile.SYMTYPE, target
            tar.addfile(info)
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return stream.getvalue()


def unpack(tar: bytes) -> dict[str, bytes]:
    """Return the files of a tar."""
    with tarfile.open(fileobj=io.BytesIO(tar)) as archive_file:
        found = {}
        for info in archive_file:
            content = archive_file.extractfile(info) if info.isreg() else None
            if content is not None:
                found[info.name] = content.read()
        return found
