"""Bytes on the wire of images in every form, against the blobs' own lengths and real gzip."""

import gzip
import io
import json
import random
import tarfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

import layerscope
from layerscope.index.file_index import build_index
from layerscope.layers.columns import Integers
from layerscope.layers.scan import LayerScan
from layerscope.oci.config import parse_config
from layerscope.oci.digest import Digest
from layerscope.oci.image import Image, Layer
from layerscope.transfer import Transfer, share_wire
from tests.images import Compression, compress, docker_archive, file, layer, oci_layout, write_layout
from tests.layers.scans import seek, stream

NOISE = random.Random(3).randbytes(400_000)
TEXT = b"".join(b"line %d of a text\n" % (number * 7919 % 10_007) for number in range(20_000))
LAYERS = [
    layer(file("noise", NOISE[:150_000]), file("text", TEXT)),
    layer(file("zeros", bytes(500_000)), file("more", NOISE[150_000:250_000])),
]


def transfer_of(path: Path) -> Transfer:
    return layerscope.analyze(str(path)).transfer


def layout(folder: Path, layers: Sequence[bytes], compression: Compression) -> tuple[Path, int]:
    """An OCI layout and the bytes of its distinct layer blobs."""
    path = write_layout(oci_layout(layers, compression=compression), folder / "layout")
    return path, sum(len(blob) for blob in {compress(tar, compression) for tar in layers})


@pytest.mark.parametrize("compression", ["gzip", "zstd"])
def test_compressed_blobs_are_measured(tmp_path: Path, compression: Compression) -> None:
    path, blobs_bytes = layout(tmp_path, LAYERS, compression)
    transfer = transfer_of(path)
    assert (transfer.measured_bytes, transfer.estimated_bytes) == (blobs_bytes, None)
    assert transfer.of_rows is not None
    # What ends each tar is no entry's: 10 KiB of zeros, which may share a stretch with what compresses badly.
    assert blobs_bytes - 2 * 10_240 <= transfer.of_rows.sum() <= blobs_bytes
    first, second = transfer.of_rows[:2].sum(), transfer.of_rows[2:].sum()
    assert first == pytest.approx(len(compress(LAYERS[0], compression)), abs=10_240)
    assert second == pytest.approx(len(compress(LAYERS[1], compression)), abs=10_240)


def test_uncompressed_blobs_are_estimated_as_gzip(tmp_path: Path) -> None:
    path = tmp_path / "image.tar"
    path.write_bytes(docker_archive(LAYERS, flavour="old"))
    transfer = transfer_of(path)
    assert transfer.measured_bytes is None
    assert transfer.of_rows is not None
    assert transfer.estimated_bytes == transfer.of_rows.sum()
    assert transfer.estimated_bytes == pytest.approx(sum(len(gzip.compress(tar, 6)) for tar in LAYERS), rel=0.1)


def test_the_wire_of_an_uncompressed_layout_is_estimated(tmp_path: Path) -> None:
    path, _ = layout(tmp_path, LAYERS, "none")
    transfer = transfer_of(path)
    assert transfer.measured_bytes is None
    assert transfer.estimated_bytes == pytest.approx(sum(len(gzip.compress(tar, 6)) for tar in LAYERS), rel=0.1)


def test_a_stream_that_nothing_compressed_is_estimated_as_it_passes(tmp_path: Path) -> None:
    path, _ = layout(tmp_path, LAYERS, "none")
    transfer = layerscope.analyze(str(path), verify=True).transfer
    assert transfer.measured_bytes is None
    assert transfer.estimated_bytes == pytest.approx(sum(len(gzip.compress(tar, 6)) for tar in LAYERS), rel=0.1)


@pytest.mark.parametrize("compression", ["gzip", "none"])
def test_a_blob_that_is_listed_twice_is_fetched_once(tmp_path: Path, compression: Compression) -> None:
    once, blobs_bytes = layout(tmp_path / "once", LAYERS, compression)
    twice, _ = layout(tmp_path / "twice", [LAYERS[0], LAYERS[1], LAYERS[0]], compression)
    one, two = transfer_of(once), transfer_of(twice)
    assert one.of_rows is not None
    assert two.of_rows is not None
    assert (one.measured_bytes, one.estimated_bytes) == (two.measured_bytes, two.estimated_bytes)
    assert compression == "none" or two.measured_bytes == blobs_bytes
    assert two.of_rows.tolist() == [*one.of_rows.tolist(), 0, 0]


def shared(scans: Sequence[LayerScan], blobs: Sequence[str], estimates: Mapping[int, Integers | None]) -> Transfer:
    """What is known of an image of these scans, whose source keeps their bytes under these names."""
    digest = Digest("sha256", "0" * 64)
    rootfs = {"type": "layers", "diff_ids": [str(digest)] * len(scans)}
    document = {"architecture": "amd64", "os": "linux", "rootfs": rootfs}
    config = parse_config(json.dumps(document).encode(), "the test's configuration")
    layers = tuple(Layer(number, digest, blob, None, None, None, None) for number, blob in enumerate(blobs))
    image = Image("test", "oci-dir", digest, None, config, layers)
    return share_wire(image, build_index(scans, lambda _layers, rows: np.arange(len(rows))), estimates)


def records(tar: bytes) -> list[int]:
    """How long each record of a tar is as the standard library counts; what ends the tar goes with the last one."""
    with tarfile.open(fileobj=io.BytesIO(tar)) as archive:
        *before, _ = (512 + -(-member.size // 512) * 512 for member in archive)
    return [*before, len(tar) - sum(before)]


@pytest.mark.parametrize("scan", [seek, stream])
def test_an_uncompressed_blob_beside_a_compressed_one_is_fetched_as_it_is(scan: Callable[[bytes], LayerScan]) -> None:
    blob = gzip.compress(LAYERS[0])
    transfer = shared([stream(blob), scan(LAYERS[1])], ["a", "b"], {})
    assert (transfer.measured_bytes, transfer.estimated_bytes) == (len(blob) + len(LAYERS[1]), None)
    assert transfer.of_rows is not None
    assert transfer.of_rows[2:].tolist() == records(LAYERS[1])
    again = shared([scan(LAYERS[1]), stream(blob), scan(LAYERS[1])], ["b", "a", "b"], {})
    assert again.measured_bytes == transfer.measured_bytes
    assert again.of_rows is not None
    assert again.of_rows.tolist() == [*records(LAYERS[1]), *transfer.of_rows[:2].tolist(), 0, 0]


def test_one_layer_of_which_nothing_is_known_makes_all_unknown() -> None:
    scans = [stream(LAYERS[0]), seek(LAYERS[1])]
    for estimates in ({}, {id(scans[1]): None}):
        transfer = shared(scans, ["a", "b"], estimates)
        assert (transfer.measured_bytes, transfer.estimated_bytes, transfer.of_rows) == (None, None, None)


def test_an_estimate_counts_for_its_layer() -> None:
    scans = [seek(LAYERS[0]), seek(LAYERS[1]), seek(LAYERS[0])]
    estimates = {id(scan): np.array(rows) for scan, rows in zip(scans, ([5, 7], [11, 13], [5, 7]), strict=True)}
    transfer = shared(scans, ["a", "b", "a"], estimates)
    assert (transfer.measured_bytes, transfer.estimated_bytes) == (None, 36)
    assert transfer.of_rows is not None
    assert transfer.of_rows.tolist() == [5, 7, 11, 13, 0, 0]


def test_an_image_without_layers() -> None:
    transfer = shared([], [], {})
    assert (transfer.measured_bytes, transfer.estimated_bytes) == (None, 0)
    assert transfer.of_rows is not None
    assert transfer.of_rows.tolist() == []


@pytest.mark.parametrize("cut_bytes", [30, 60_000])
def test_of_a_blob_that_ends_early_only_what_is_there_counts(cut_bytes: int) -> None:
    blob = gzip.compress(LAYERS[0])[:cut_bytes]
    transfer = shared([stream(blob)], ["a"], {})
    assert transfer.measured_bytes == cut_bytes
    assert transfer.of_rows is not None
    assert transfer.of_rows.sum() <= cut_bytes
