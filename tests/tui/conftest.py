"""One analysis for all tests of the screens."""

from pathlib import Path

import pytest

import layerscope
from layerscope.analysis import Analysis
from tests.tui.example import archive


@pytest.fixture(scope="session")
def archive_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example as a file."""
    path = tmp_path_factory.mktemp("tui") / "image.tar"
    path.write_bytes(archive())
    return path


@pytest.fixture(scope="session")
def example(archive_path: Path) -> Analysis:
    """The example, with GPU code read."""
    return layerscope.analyze(str(archive_path), device_code=True)
