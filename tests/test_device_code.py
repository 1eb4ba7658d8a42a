"""Device code of an image's live libraries, against what `cuobjdump` listed of the same cut-outs."""

import json
from collections import Counter
from pathlib import Path

import pytest

import layerscope
from layerscope.report.build import build_document
from tests.images import docker_archive, file, layer, whiteout
from tests.probes.elf_images import ALLOC, Section, library

DATA = Path(__file__).parent / "probes" / "data"
LISTED = json.loads((DATA / "fatbins.json").read_text())


def _library(*names: str, trailer: bytes) -> bytes:
    cut_outs = [Section(b".nv_fatbin", (DATA / f"{name}.fatbin").read_bytes(), flags=ALLOC) for name in names]
    return library(sections=cut_outs).build() + trailer


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Two live libraries, one of them twice, and one that a later layer deletes."""
    one = _library("scale-none", trailer=b"one")
    two = _library("scale-zstd", trailer=b"two")
    layers = [
        layer(file("opt/one.so", one), file("opt/copy.so", one), file("opt/gone.so.1", two), file("opt/text.so", b"x")),
        layer(file("opt/two.so.1", two), whiteout("opt/gone.so.1")),
    ]
    path = tmp_path / "image.tar"
    path.write_bytes(docker_archive(layers, flavour="modern"))
    return path


def _expected(*cut_outs: str) -> Counter[tuple[str, str, str]]:
    """Bytes by architecture, kind and compression, as noted when the cut-outs were made."""
    sums: Counter[tuple[str, str, str]] = Counter()
    for name in cut_outs:
        for architecture, kind, compression, _, size_bytes in LISTED[name]["totals"]:
            sums[architecture, kind, compression] += size_bytes
    return sums


def test_architectures_of_live_libraries(archive: Path) -> None:
    analysis = layerscope.analyze(str(archive), device_code=True)
    report = analysis.device_code
    assert report is not None
    assert not report.unread
    totals = {(item.architecture, item.kind, item.compression): item.size_bytes for item in report.totals}
    assert totals == _expected("scale-none", "scale-none", "scale-zstd")
    assert {analysis.index.path(item.row) for item in report.libraries} == {
        b"opt/one.so",
        b"opt/copy.so",
        b"opt/two.so.1",
    }
    part = build_document(analysis).device_code
    assert part is not None
    assert sum(item.bytes for item in part.totals) == sum(item.bytes for item in part.libraries) == sum(totals.values())
    assert all(item.unattributed_bytes == 0 for item in part.libraries)


def test_nobody_asked(archive: Path) -> None:
    assert layerscope.analyze(str(archive)).device_code is None


def test_what_passes_by_is_said_to_be_unread(archive: Path) -> None:
    report = layerscope.analyze(str(archive), device_code=True, verify=True).device_code
    assert report is not None
    assert not report.libraries
    assert len(report.unread) == 3
    assert any("/opt/two.so.1 passed by" in text for text in report.unread)


def test_broken_device_code_is_left_out_of_the_totals(tmp_path: Path) -> None:
    broken = library(sections=[Section(b".nv_fatbin", b"\x50\xed\x55\xba" + b"\xff" * 60, flags=ALLOC)]).build()
    path = tmp_path / "image.tar"
    path.write_bytes(docker_archive([layer(file("opt/broken.so", broken))], flavour="modern"))
    report = layerscope.analyze(str(path), device_code=True).device_code
    assert report is not None
    assert report.totals == ()
