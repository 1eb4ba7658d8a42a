"""Estimates of gzip's result, against what the standard library really makes of the layer."""

import gzip
import random
from functools import partial
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given

from layerscope.blob.access import SeekAccess, StreamAccess
from layerscope.errors import SourceUnavailable
from layerscope.estimating.transfer_estimate import estimate_transfer
from layerscope.layers.columns import Integers
from layerscope.layers.probe import ProbeSet
from layerscope.layers.scan_layer import scan_layer
from tests.images import Item, directory, file, layer
from tests.indexing import Memory
from tests.layers.scans import seek, stream
from tests.property.strategies import Image, images

RNG = random.Random(3)
NOISE = RNG.randbytes(6_000_000)
SOURCE = b"".join(path.read_bytes() for path in sorted(Path(random.__file__).parent.glob("*.py")))[:1_200_000]
ITEMS: list[Item] = [
    directory("d"),
    file("d/model.bin", NOISE[:4_000_000]),
    *(file(f"d/text{number}.txt", SOURCE[number * 4_000 :][:4_000]) for number in range(300)),
    *(file(f"d/noise{number}.whl", NOISE[number * 5_000 :][:5_000]) for number in range(300)),
    file("d/zeros.img", bytes(10_000_000)),
]


class Recording(Memory):
    """Memory that counts the bytes it handed out."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.read_bytes = 0

    def read_at(self, offset_bytes: int, size_bytes: int) -> bytes:
        content = super().read_at(offset_bytes, size_bytes)
        self.read_bytes += len(content)
        return content


def estimate(tar: bytes, budget_bytes: int) -> Integers:
    """Return the estimate of a layer at rest."""
    (estimates,) = estimate_transfer([seek(tar)], [SeekAccess(Memory(tar))], budget_bytes)
    assert estimates is not None
    return estimates


@pytest.mark.parametrize("budget_bytes", [1 << 20, 4 << 20, 1 << 30])
def test_near_to_what_gzip_makes(budget_bytes: int) -> None:
    tar = layer(*ITEMS)
    assert int(estimate(tar, budget_bytes).sum()) == pytest.approx(len(gzip.compress(tar, 6)), rel=0.05)


def test_each_kind_by_itself() -> None:
    estimates = estimate(layer(*ITEMS), 4 << 20)
    # Nothing of the noise is saved, and little is left of zeros.
    assert int(estimates[1]) == pytest.approx(4_000_000, rel=0.01)
    assert int(estimates[302:602].sum()) == pytest.approx(300 * 5_000, rel=0.08)
    texts = len(gzip.compress(layer(*ITEMS[2:302]), 6))
    assert int(estimates[2:302].sum()) == pytest.approx(texts, rel=0.15)
    assert int(estimates[602]) < 200_000


def test_budget_is_kept_and_divided() -> None:
    small, big = layer(file("a.txt", SOURCE[:1_000_000])), layer(file("b.bin", NOISE))
    readers = [Recording(small), Recording(big)]
    accesses = [SeekAccess(reader) for reader in readers]
    scans = [scan_layer(access, ProbeSet(())) for access in accesses]
    for reader in readers:
        reader.read_bytes = 0
    estimate_transfer(scans, accesses, 1_000_000)
    assert sum(reader.read_bytes for reader in readers) <= 1_000_000 + 2 * 16_384
    assert readers[0].read_bytes > 100_000
    assert readers[1].read_bytes > readers[0].read_bytes


def test_only_layers_at_rest_are_estimated() -> None:
    tar = layer(*ITEMS[:5])
    passing = StreamAccess(partial(BytesIO, tar), None, None)
    scans = [stream(tar), seek(tar), stream(gzip.compress(tar)), seek(layer())]
    results = estimate_transfer(scans, [passing, SeekAccess(Memory(tar)), passing, SeekAccess(Memory(layer()))])
    assert [None if result is None else len(result) for result in results] == [None, 5, None, 0]
    assert estimate_transfer([], []) == ()


@given(images())
def test_any_layers(image: Image) -> None:
    tars = [layer(*items) for items in image]
    scans = [seek(tar) for tar in tars]
    results = estimate_transfer(scans, [SeekAccess(Memory(tar)) for tar in tars], 50_000)
    for scan, result, tar in zip(scans, results, tars, strict=True):
        assert result is not None
        assert len(result) == len(scan)
        assert result.dtype == np.int64
        assert 0 <= int(result.sum()) <= len(tar)
        assert (result >= 0).all()


def test_layer_that_became_shorter() -> None:
    class Gone(Memory):
        def read_at(self, offset_bytes: int, size_bytes: int) -> bytes:
            raise SourceUnavailable(f"{offset_bytes} and {size_bytes} are gone.")

    tar = layer(*ITEMS[:5])
    with pytest.raises(SourceUnavailable):
        estimate_transfer([seek(tar)], [SeekAccess(Gone(tar))])
