"""Findings in the JSON report of a sample, field by field, against its tar as the standard library reads it."""

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

import layerscope
from layerscope.report.json import render_json

SAMPLE = Path(__file__).parents[2] / "sample_images" / "naive-devel.docker.tar"
TITLE_OF_CHMOD = "files are in the image twice because their mode or owner changed"
DIGEST = "3f66eef57674070ba4f34f2017032d1e2ff17733495e4c097ac0c5693a05d4b4"
FIELDS = {
    *("id", "title", "subject", "layers", "files", "claimed_bytes", "reclaimable_bytes", "transfer_bytes_estimate"),
    *("who_can_fix", "why", "evidence", "paths", "fix", "confidence", "dockerfile_lines"),
}


def layers_of(archive: Path) -> list[list[tuple[tarfile.TarInfo, bytes]]]:
    """The regular files of each layer with their contents, the bottom layer first."""
    with tarfile.open(archive) as image:
        manifest = json.loads(content_of(image, "manifest.json"))
        return [files_of(content_of(image, name)) for name in manifest[0]["Layers"]]


def files_of(tar: bytes) -> list[tuple[tarfile.TarInfo, bytes]]:
    """The regular files of a tar with their contents."""
    with tarfile.open(fileobj=io.BytesIO(tar)) as layer:
        return [(member, content_of(layer, member)) for member in layer if member.isreg()]


def content_of(archive: tarfile.TarFile, member: str | tarfile.TarInfo) -> bytes:
    stream = archive.extractfile(member)
    assert stream is not None
    return stream.read()


LAYERS = layers_of(SAMPLE)


@pytest.fixture(scope="module")
def findings() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(render_json(layerscope.analyze(str(SAMPLE))))["findings"]
    return found


def the(findings: list[dict[str, Any]], rule: str, subject: str | None = None) -> dict[str, Any]:
    [found] = [item for item in findings if (item["id"], item["subject"]) == (rule, subject)]
    assert set(found) == FIELDS
    return found


def below(folder: str) -> dict[tuple[int, str], int]:
    """The sizes of all files below a folder, by layer and path."""
    found = [(number, member) for number, layer in enumerate(LAYERS) for member, _ in layer]
    return {(number, member.name): member.size for number, member in found if member.name.startswith(folder)}


def test_files_that_a_cache_left(findings: list[dict[str, Any]]) -> None:
    files = below("root/.cache/pip/")
    found = the(findings, "pip-cache")
    size_bytes = sum(files.values())
    assert (found["files"], found["claimed_bytes"], found["reclaimable_bytes"]) == (len(files), size_bytes, size_bytes)
    assert found["layers"] == sorted({layer for layer, _ in files}) == [13]
    ordered = sorted(files, key=lambda key: -files[key])
    assert [files[13, path[1:]] for path in found["paths"]] == [files[key] for key in ordered[:20]]
    # Each record has a header, and none takes more than it has.
    assert 0 < found["transfer_bytes_estimate"] <= size_bytes + 1_024 * len(files)
    assert (found["who_can_fix"], found["confidence"], found["evidence"]) == ("image", "high", [])
    assert "pip" in found["title"]
    assert found["why"].endswith(".")
    assert "--no-cache-dir" in found["fix"]["text"] + " ".join(found["fix"]["dockerfile"])


def test_a_file_that_came_back_with_another_mode(findings: list[dict[str, Any]]) -> None:
    name = "models/model.safetensors"
    both = [(number, *item) for number, layer in enumerate(LAYERS) for item in layer if item[0].name == name]
    (below_number, below_member, one), (number, member, two) = both
    assert one == two
    assert below_member.mode | 0o020 == member.mode
    found = the(findings, "chmod-layer", f"layer {number}")
    why, fix, transfer_bytes = found.pop("why"), found.pop("fix"), found.pop("transfer_bytes_estimate")
    assert found == {
        "id": "chmod-layer",
        "title": TITLE_OF_CHMOD,
        "subject": "layer 17",
        "layers": [17],
        "dockerfile_lines": [],
        "files": 1,
        "claimed_bytes": len(one),
        "reclaimable_bytes": len(one),
        "who_can_fix": "image",
        "evidence": [
            "Layer 17 ships them again: RUN chmod -R g+w /models",
            "It changes the mode of 1 files and the owner of 0, and no content.",
            f"Layer 16 wrote them: COPY file:{DIGEST} in /models/",
            "models/model.safetensors (10.7 kB)",
        ],
        "paths": ["/models/model.safetensors"],
        "confidence": "high",
    }
    assert (below_number, 0 < transfer_bytes <= len(one) + 1_024) == (16, True)
    assert why
    assert any("--chmod" in line for line in fix["dockerfile"])


def test_a_file_of_the_base_that_a_later_layer_deletes(findings: list[dict[str, Any]]) -> None:
    found = the(findings, "deleted-later", "layer 0 by 12, deleted")
    [(member, _)] = [item for item in LAYERS[0] if item[0].name == "etc/apt/apt.conf.d/docker-clean"]
    assert "etc/apt/apt.conf.d/.wh.docker-clean" in [member.name for member, _ in LAYERS[12]]
    assert (found["files"], found["claimed_bytes"], found["reclaimable_bytes"]) == (1, member.size, member.size)
    assert (found["layers"], found["who_can_fix"], found["confidence"]) == ([0], "base", "high")
    assert found["paths"] == [f"/{member.name}"]
    assert [line.partition(":")[0] for line in found["evidence"]] == ["Layer 0 writes them", "Layer 12 deletes them"]


def test_what_can_be_reclaimed_is_in_the_image_and_comes_in_order(findings: list[dict[str, Any]]) -> None:
    reclaimable = [item["reclaimable_bytes"] for item in findings]
    assert reclaimable == sorted(reclaimable, reverse=True)
    assert sum(reclaimable) <= sum(member.size for layer in LAYERS for member, _ in layer)
    for item in findings:
        assert item["reclaimable_bytes"] <= item["claimed_bytes"]
        assert len(item["paths"]) == min(item["files"], 20)
        assert item["layers"] == sorted(set(item["layers"]))


def test_the_base_of_the_samples_is_named() -> None:
    """As the sample's recipe has it: NVIDIA's published chain, and the image's own layers above."""
    base = json.loads(render_json(layerscope.analyze(str(SAMPLE))))["base"]["detected"]
    assert (base["tag"], base["layers"], base["confidence"]) == (
        "12.4.1-cudnn-devel-ubuntu22.04",
        list(range(12)),
        "high",
    )
