"""Whether two analyses say the same, in everything that anybody reads."""

from pathlib import Path

import numpy as np
from pandas.testing import assert_frame_equal

import layerscope
from layerscope.analysis import Analysis
from layerscope.report.formats import FORMATS
from layerscope.saved.save import save_analysis

# A saved analysis has a Dockerfile's lines and not its text, which a patch is made of.
_OF_THE_DOCKERFILE = "patch"
FRAMES = ("files", "layers", "packages", "findings_frame")


def reload(analysis: Analysis, folder: Path) -> Analysis:
    """What is left of an analysis once it was a file."""
    path = folder / "analysis.lsa"
    path.write_bytes(save_analysis(analysis))
    return layerscope.load(path)


def assert_same(fresh: Analysis, loaded: Analysis) -> None:
    """Compare reports, frames, the index's columns and every entry."""
    for form in FORMATS:
        if form.id == _OF_THE_DOCKERFILE and fresh.dockerfile is not None:
            assert b"There is no Dockerfile to patch" in b"".join(form.render(loaded))
            continue
        assert list(form.render(loaded)) == list(form.render(fresh)), form.id
    for name in FRAMES:
        assert_frame_equal(getattr(loaded, name), getattr(fresh, name))
    for name in type(fresh.index).__struct_fields__:
        value = getattr(fresh.index, name)
        if isinstance(value, np.ndarray):
            assert np.array_equal(getattr(loaded.index, name), value), name
    assert loaded.index.superseded == fresh.index.superseded
    assert loaded.index.duplicates == fresh.index.duplicates
    assert list(loaded.index.tree.paths) == list(fresh.index.tree.paths)
    assert [loaded.index.entry(row) for row in range(len(loaded.index))] == [
        fresh.index.entry(row) for row in range(len(fresh.index))
    ]
    assert loaded.findings == fresh.findings
    assert [id(scan) in map(id, loaded.index.scans[:number]) for number, scan in enumerate(loaded.index.scans)] == [
        id(scan) in map(id, fresh.index.scans[:number]) for number, scan in enumerate(fresh.index.scans)
    ]
