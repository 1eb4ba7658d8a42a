"""Images made in memory, analyzed."""

from pathlib import Path
from typing import Any

import layerscope
from layerscope.analysis import Analysis
from tests.images import docker_archive


def analyzed(folder: Path, layers: list[bytes], **config: Any) -> Analysis:
    """Save an image and take it apart."""
    return layerscope.analyze(str(saved(folder, layers, **config)))


def saved(folder: Path, layers: list[bytes], **config: Any) -> Path:
    """An image as a docker archive in a folder."""
    path = folder / "image.tar"
    path.write_bytes(docker_archive(layers, flavour="modern", **config))
    return path
