"""Two builds of an image, made in memory: layers with the instructions that made them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import layerscope
from layerscope.diff.read_side import read_side
from layerscope.diff.side import Side
from layerscope.report.json import render_json
from tests.images import EPOCH, Compression, Item, docker_archive, file, layer, oci_archive, oci_layout

Step = tuple[str, Sequence[Item]]

BASE: Step = ("/bin/sh -c #(nop) ADD file:" + "a" * 64 + " in / ", [file("etc/os-release", b"ID=debian\n" * 10)])
BASE_COMMAND = '/bin/sh -c #(nop)  CMD ["bash"]'


def save(path: Path, *steps: Step, compression: Compression | None = None, **overrides: Any) -> Path:
    """Write an image of these steps on the base: a docker archive, or an OCI archive where a compression is named."""
    layers = [layer(*items) for _, items in (BASE, *steps)]
    history: list[dict[str, object]] = [
        {"created": EPOCH, "created_by": created_by} for created_by, _ in (BASE, *steps)
    ]
    history.insert(1, {"created": EPOCH, "created_by": BASE_COMMAND, "empty_layer": True})
    made: dict[str, Any] = {"history": history, **overrides}
    if compression is None:
        path.write_bytes(docker_archive(layers, flavour="old", **made))
    else:
        path.write_bytes(oci_archive(oci_layout(layers, compression=compression, **made)))
    return path


def side_of(path: Path) -> Side:
    """An image as one side of a comparison."""
    return read_side(render_json(layerscope.analyze(str(path))), str(path))


def dist_info(name: str, version: str, size_bytes: int) -> list[Item]:
    """A Python distribution with one module of that size, as pip leaves it."""
    site = "usr/lib/python3/dist-packages"
    info = f"{site}/{name}-{version}.dist-info"
    return [
        file(f"{site}/{name}/__init__.py", b"#" * size_bytes),
        file(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode()),
        file(f"{info}/RECORD", f"{name}/__init__.py,,\n{name}-{version}.dist-info/METADATA,,\n".encode()),
    ]
