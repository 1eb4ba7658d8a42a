"""Images of a real Docker Engine, made without any network and removed in the end."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.tools import EngineImages, base_tar


@pytest.fixture(scope="session")
def engine_images() -> Iterator[EngineImages]:
    """Make images, and remove them when all tests are through."""
    images = EngineImages()
    try:
        yield images
    finally:
        images.remove()


@pytest.fixture(scope="session")
def base_image(engine_images: EngineImages) -> str:
    """Import a root file system in which a shell runs."""
    return engine_images.from_tar(base_tar(), "base")


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """Give a folder whose path leaves room for a socket's name, which may have 107 bytes, and that all may enter."""
    with tempfile.TemporaryDirectory(prefix="layerscope-") as folder:
        path = Path(folder)
        path.chmod(0o755)
        yield path
