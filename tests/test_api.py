"""The public door: what `import layerscope` offers, and the frames."""

import inspect
import tarfile
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


def test_findings_frame_says_what_the_findings_say() -> None:
    analysis = layerscope.analyze(NAIVE)
    frame = analysis.findings_frame
    assert list(frame.id) == [finding.rule.id for finding in analysis.findings]
    assert frame.set_index("id").loc["pip-cache"].reclaimable_bytes == _bytes_below("root/.cache/pip/")
    assert int(frame.reclaimable_bytes.sum()) <= analysis.index.stored_bytes


def test_entries_shares_of_a_pull_add_up() -> None:
    analysis = layerscope.analyze(str(SAMPLES / "tidy-multistage.oci-gzip.tar"))
    measured_bytes = analysis.transfer.measured_bytes
    assert measured_bytes is not None
    # What ends a tar and a gzip stream is no entry's.
    assert (
        measured_bytes - 200 * len(analysis.image.layers) <= int(analysis.files.transfer_bytes.sum()) <= measured_bytes
    )


def _bytes_below(folder: str) -> int:
    """What the standard library says that all layers of the sample hold below a folder."""
    total_bytes = 0
    with tarfile.open(NAIVE) as archive:
        for member in archive:
            if member.name.endswith(".tar") and (content := archive.extractfile(member)):
                with tarfile.open(fileobj=content) as layer:
                    total_bytes += sum(entry.size for entry in layer if entry.name.startswith(folder))
    return total_bytes


def test_a_saved_analysis_is_as_good_as_the_fresh_one(tmp_path: Path) -> None:
    from layerscope.saved.save import save_analysis

    path = tmp_path / "naive.lsa"
    fresh = layerscope.analyze(NAIVE)
    path.write_bytes(save_analysis(fresh))
    for place in (path, str(path)):
        assert layerscope.load(place).files.equals(fresh.files)
    with pytest.raises(layerscope.UsageError, match="layerscope render"):
        layerscope.analyze(str(path))
