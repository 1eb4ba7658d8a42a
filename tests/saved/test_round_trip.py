"""A saved analysis says what the fresh one said, of every kind of image."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

import layerscope
from layerscope.probes.model_file import MODEL_FILE
from layerscope.saved.save import save_analysis
from tests.images import docker_archive, file, hardlink, layer, oci_archive, oci_layout, whiteout
from tests.property.strategies import Image, images
from tests.saved.resealing import opened
from tests.saved.same import assert_same, reload

SAMPLES = sorted((Path(__file__).parents[2] / "sample_images").glob("*.tar"))
ODD_TEXT = "a\x1b[31mb\u202ec\nd"
STEPS = [
    {"created_by": f"RUN echo {ODD_TEXT} # buildkit"},
    {"created_by": "ENV A=b", "empty_layer": True},
    {"created_by": "COPY . /app # buildkit", "comment": "buildkit.dockerfile.v0"},
]


@pytest.mark.parametrize("archive", SAMPLES, ids=lambda path: path.name)
def test_samples(archive: Path, tmp_path: Path) -> None:
    fresh = layerscope.analyze(str(archive), device_code=True)
    assert_same(fresh, reload(fresh, tmp_path))


@pytest.mark.parametrize("purpose", ["prod", "dev", "ci"])
def test_a_verified_analysis_for_each_purpose(purpose: str, tmp_path: Path) -> None:
    fresh = layerscope.analyze(str(SAMPLES[0]), verify=True, purpose=purpose)
    loaded = reload(fresh, tmp_path)
    assert_same(fresh, loaded)
    assert loaded.purpose is fresh.purpose
    assert all(total.is_verified for total in loaded.layer_totals)


@settings(max_examples=60)
@given(images())
def test_generated_images(image: Image) -> None:
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder, "image.tar")
        archive.write_bytes(docker_archive([layer(*items) for items in image], flavour="modern"))
        for verify in (False, True):
            fresh = layerscope.analyze(str(archive), verify=verify)
            assert_same(fresh, reload(fresh, Path(folder)))


def test_odd_names_and_steps(tmp_path: Path) -> None:
    lower = layer(file(f"x/{ODD_TEXT}", b"1" * 5_000), file("y/\udcff\udc80", b"1" * 5_000), file("gone", b"2" * 9_000))
    upper = layer(hardlink("z", "nowhere"), whiteout("gone"), whiteout("never"), hardlink("again", f"x/{ODD_TEXT}"))
    archive = tmp_path / "image.tar"
    config: dict[str, Any] = {
        "user": ODD_TEXT,
        "env": [f"B={ODD_TEXT}", "C"],
        "labels": {ODD_TEXT: ODD_TEXT},
        "cmd": [ODD_TEXT],
    }
    archive.write_bytes(docker_archive([lower, upper], flavour="old", history=STEPS, **config))
    fresh = layerscope.analyze(str(archive))
    assert len(fresh.warnings) >= 2
    assert_same(fresh, reload(fresh, tmp_path))


def test_a_damaged_layer(tmp_path: Path) -> None:
    whole = layer(file("a", b"a" * 4_000), file("b", b"b" * 4_000))
    archive = tmp_path / "image.tar"
    archive.write_bytes(docker_archive([whole[:5_000]], flavour="modern"))
    fresh = layerscope.analyze(str(archive))
    loaded = reload(fresh, tmp_path)
    assert not loaded.is_complete
    assert_same(fresh, loaded)


def test_lines_of_a_dockerfile_stay_and_its_text_does_not(tmp_path: Path) -> None:
    archive, dockerfile = tmp_path / "image.tar", tmp_path / "Dockerfile"
    dockerfile.write_text("FROM scratch\nCOPY . /app\nRUN login --password hunter2secret\n")
    history = [{"created_by": "COPY . /app # buildkit"}, {"created_by": "RUN login --password hunter2secret"}]
    archive.write_bytes(docker_archive([layer(file("app/a", b"a")), layer(file("b"))], flavour="old", history=history))
    fresh = layerscope.analyze(str(archive), dockerfile=str(dockerfile))
    assert fresh.dockerfile is not None
    assert fresh.dockerfile.line_of(0) == 2
    loaded = reload(fresh, tmp_path)
    assert_same(fresh, loaded)
    document, columns = opened(save_analysis(fresh))
    assert "hunter2secret" not in json.dumps(document) + columns.decode("latin-1")


def test_an_image_without_layers(tmp_path: Path) -> None:
    archive = tmp_path / "empty.tar"
    archive.write_bytes(docker_archive([], flavour="modern"))
    fresh = layerscope.analyze(str(archive))
    assert_same(fresh, reload(fresh, tmp_path))


def test_a_compressed_archive(tmp_path: Path) -> None:
    archive = tmp_path / "image.tar"
    layers = [layer(file(f"{number}", bytes([number]) * 50_000)) for number in range(3)]
    archive.write_bytes(oci_archive(oci_layout([*layers, layers[0]], compression="gzip")))
    fresh = layerscope.analyze(str(archive))
    assert fresh.transfer.of_rows is not None
    assert_same(fresh, reload(fresh, tmp_path))


def test_facts_of_single_files_stay_and_lists_of_packages_do_not(tmp_path: Path) -> None:
    fresh = layerscope.analyze(str(SAMPLES[0]))
    loaded = reload(fresh, tmp_path)
    kept = [[fact for fact in scan.facts if fact.probe == MODEL_FILE] for scan in fresh.index.scans]
    assert any(kept)
    assert [[fact for fact in scan.facts if fact.probe == MODEL_FILE] for scan in loaded.index.scans] == kept
    probes = {fact.probe for scan in loaded.index.scans for fact in scan.facts}
    assert not probes & {"dpkg-status", "dpkg-file-list", "python-record"}


def test_the_file_is_the_same_for_the_same_analysis(tmp_path: Path) -> None:
    fresh = layerscope.analyze(str(SAMPLES[0]))
    assert save_analysis(fresh) == save_analysis(reload(fresh, tmp_path))
    script = (
        "import sys, layerscope; from layerscope.saved.save import save_analysis;"
        "sys.stdout.buffer.write(save_analysis(layerscope.analyze(sys.argv[1])))"
    )
    for seed in ("1", "2"):
        command = [sys.executable, "-c", script, str(SAMPLES[0])]
        done = subprocess.run(command, check=True, capture_output=True, env={"PYTHONHASHSEED": seed}, timeout=60)
        assert done.stdout == save_analysis(fresh)
