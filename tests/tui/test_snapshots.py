"""Pictures of every screen are those of the documentation; `python docs/screenshots.py` writes them anew."""

import runpy
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode
from syrupy.location import PyTestLocation

from layerscope.analysis import Analysis

ROOT = Path(__file__).parents[2]
SCRIPT: dict[str, Any] = runpy.run_path(str(ROOT / "docs/screenshots.py"))


class Picture(SingleFileSnapshotExtension):
    """The pictures in docs are the snapshots."""

    _write_mode = WriteMode.TEXT
    file_extension = "svg"

    @classmethod
    def dirname(cls, *, test_location: PyTestLocation) -> str:  # noqa: ARG003 - syrupy's own signature
        """Where they are, whichever test asks."""
        return str(SCRIPT["FOLDER"])

    @classmethod
    def get_snapshot_name(cls, *, test_location: PyTestLocation, index: Any = 0) -> str:  # noqa: ARG003 - as above
        """Their own name."""
        return str(index)


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    found: Analysis = SCRIPT["analyze_sample"]()
    return found


@pytest.mark.parametrize("name", SCRIPT["names"]())
def test_screens_look_as_documented(name: str, analysis: Analysis, snapshot: SnapshotAssertion) -> None:
    drawn = SCRIPT["picture"](analysis, name)
    assert drawn == snapshot(name=name, extension_class=Picture), "run: python docs/screenshots.py"


def test_every_picture_is_of_a_screen() -> None:
    assert sorted(path.stem for path in SCRIPT["FOLDER"].glob("*.svg")) == sorted(SCRIPT["names"]())
