"""The public door: what `import layerscope` offers, and the frames."""

import inspect
from pathlib import Path

import pytest

import layerscope
from layerscope.analysis import Analysis

SAMPLES = Path(__file__).parents[1] / "sample_images"
NAIVE = str(SAMPLES / "naive-devel.docker.tar")


def test_all_is_what_is_there() -> None:
    assert sorted(layerscope.__all__) == layerscope.__all__
    for name in layerscope.__all__:
        assert getattr(layerscope, name) is not None
    assert layerscope.Analysis is Analysis
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = layerscope.no_such_name


def test_errors_are_drawn_in_their_docstring() -> None:
    from layerscope import errors

    classes = {name for name, value in vars(errors).items() if inspect.isclass(value)}
    assert classes == {name for name in classes if name in (errors.__doc__ or "")}
    assert classes <= set(layerscope.__all__)


def test_files_frame_has_every_entry_and_adds_up() -> None:
    analysis = layerscope.analyze(NAIVE)
    files = analysis.files
    assert len(files) == len(analysis.index)
    assert int(files.size_bytes.sum()) == analysis.index.stored_bytes
    assert int(files[files.live].size_bytes.sum()) == analysis.index.live_bytes
    assert files[~files.live].hidden_by.notna().all()
    assert files[files.live].hidden_by.isna().all()
    by_category = files.groupby("category", observed=True).size_bytes.sum()
    # Categories of directories only are none in the totals.
    assert by_category[by_category > 0].to_dict() == {
        t.detector.id: t.stored_bytes for t in analysis.category_totals if t.stored_bytes
    }
    by_package = files.groupby("package", observed=True).size_bytes.sum()
    totals: dict[str, int] = {}
    for total in analysis.package_totals:
        key = f"{total.package.manager}:{total.package.name}"
        totals[key] = totals.get(key, 0) + total.stored_bytes
    assert by_package.to_dict() == totals


def test_layers_and_packages_frames() -> None:
    analysis = layerscope.analyze(NAIVE)
    assert int(analysis.layers.content_bytes.sum()) == analysis.index.stored_bytes
    assert list(analysis.layers.position) == list(range(19))
    assert analysis.packages.iloc[0]["name"] == "torch"


def test_an_empty_image(tmp_path: Path) -> None:
    from tests.images import docker_archive

    path = tmp_path / "empty.tar"
    path.write_bytes(docker_archive([], flavour="modern"))
    analysis = layerscope.analyze(str(path))
    assert (analysis.index.stored_bytes, analysis.index.superseded_bytes, len(analysis.files)) == (0, 0, 0)
    assert analysis.layers.empty
    assert analysis.packages.empty
    assert analysis.is_complete
