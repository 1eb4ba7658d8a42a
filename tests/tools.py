"""What tests need of the machine: where it lacks that a test is skipped, and in CI it fails."""

import os
import shutil
from typing import NoReturn

import pytest


def tool(name: str) -> str:
    """The path of a program, a Debian package of the same name."""
    path = shutil.which(name)
    if path is None:
        do_without(f"{name} is not installed")
    return path


def do_without(problem: str) -> NoReturn:
    """Skip the test, unless everything has to be there."""
    if os.environ.get("LAYERSCOPE_REQUIRE_ENGINE") == "1":
        pytest.fail(f"{problem}, and that is required here")
    pytest.skip(problem)
