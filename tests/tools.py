"""Programs that tests hold reports against: where one is missing a test is skipped, and in CI it fails."""

import os
import shutil

import pytest


def tool(name: str) -> str:
    """The path of a program, a Debian package of the same name."""
    path = shutil.which(name)
    if path is None and os.environ.get("LAYERSCOPE_REQUIRE_ENGINE") == "1":
        pytest.fail(f"{name} is not installed, and is required here")
    if path is None:
        pytest.skip(f"{name} is not installed")
    return path
