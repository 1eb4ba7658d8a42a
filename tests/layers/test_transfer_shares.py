"""Shares of a compressed blob: they add up to the byte, and are what entries cost."""

import gzip
import random
import sys
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerscope.blob.access import StreamAccess
from layerscope.blob.position_marks import PositionMarks
from layerscope.layers.columns import Integers
from layerscope.layers.probe import ProbeSet
from layerscope.layers.scan import LayerScan
from layerscope.layers.scan_layer import scan_layer
from layerscope.layers.transfer_shares import end_records, share_transfer
from tests.blob.readers import Counted
from tests.images import directory, file, layer, symlink
from tests.layers.scans import seek, stream
from tests.property.strategies import Image, images

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

igzip = pytest.importorskip("isal.igzip")

Writer = Callable[[bytes], bytes]
NOISE = random.Random(5).randbytes(3_000_000)
TEXT = b"".join(b"line %d of a text\n" % number for number in range(60_000))
ITEMS = (
    directory("d"),
    file("d/noise", NOISE[:2_000_000]),
    file("d/zeros", bytes(20_000_000)),
    file("d/text", TEXT),
    symlink("link", "d/text"),
    file("d/noise2", NOISE[2_000_000:]),
)


def in_parts(write: Writer, part_bytes: int) -> Writer:
    """Return a writer of many members or frames."""
    return lambda tar: b"".join(write(tar[at : at + part_bytes]) for at in range(0, len(tar), part_bytes))


WRITERS: dict[str, Writer] = {
    "zlib 1": lambda tar: gzip.compress(tar, 1),
    "zlib 6": lambda tar: gzip.compress(tar, 6),
    "zlib 9": lambda tar: gzip.compress(tar, 9),
    "isal": lambda tar: bytes(igzip.compress(tar, 2)),
    "gzip members": in_parts(lambda part: gzip.compress(part, 1), 300_007),
    "zstd": lambda tar: zstd.compress(tar, 3),
    "zstd frames": in_parts(zstd.compress, 300_007),
}


def shares_of(scan: LayerScan) -> list[int]:
    """Return the shares, after checking that no entry's is below nothing and that they fit into the blob."""
    assert scan.transfer_bytes is not None
    assert scan.blob_bytes is not None
    assert scan.transfer_bytes.dtype == np.int64
    assert (scan.transfer_bytes >= 0).all()
    return [int(share) for share in scan.transfer_bytes]


def cost(write: Writer, tar: bytes, start: int, end: int) -> int:
    """Return what a stretch costs, by compressing the tar up to both its ends."""
    return len(write(tar[:end])) - len(write(tar[:start]))


@pytest.mark.parametrize("name", WRITERS)
def test_shares_are_what_entries_cost(name: str) -> None:
    write = WRITERS[name]
    tar = layer(*ITEMS)
    blob = write(tar)
    scan = stream(blob)
    shares = shares_of(scan)
    # The tar ends with 10 KiB of zeros, which share a stretch with the noise before them.
    assert 0 <= len(blob) - sum(shares) <= 10_240
    ends = end_records(scan.content_starts, scan.sizes, len(tar)).tolist()
    for share, start, end in zip(shares, [0, *ends], ends, strict=False):
        # Marks lie up to 64 KiB apart, on either side.
        assert share == pytest.approx(cost(write, tar, start, end), abs=66_000)
    noise, zeros, noise2 = shares[1], shares[2], shares[5]
    assert noise == pytest.approx(2_000_000, rel=0.04)
    assert noise2 == pytest.approx(1_000_000, rel=0.07)
    assert zeros < 0.01 * 20_000_000


@pytest.mark.parametrize("name", WRITERS)
def test_shares_and_the_end_add_up_where_nothing_compresses(name: str) -> None:
    tar = layer(*(file(f"f{number}", NOISE[number * 60_000 :][:60_000]) for number in range(40)))
    blob = WRITERS[name](tar)
    shares = shares_of(stream(blob))
    assert 0 <= len(blob) - sum(shares) <= 11_000
    # An entry has 60,000 bytes that stay as long as they are, a header and padding that nearly vanish.
    # A block of zstd is noticed when the next 16 KiB of the blob were read.
    tolerance = 18_000 if name.startswith("zstd") else 1_500
    assert shares[:-1] == pytest.approx([60_000] * 39, abs=tolerance)
    assert len(blob) - sum(shares[:-1]) == pytest.approx(60_000, abs=tolerance)


def test_small_entries_between_long_ones_have_their_part() -> None:
    items = [file(f"f{number}", TEXT[number * 700 :][:700]) for number in range(1_000)]
    tar = layer(*items)
    blob = gzip.compress(tar)
    shares = shares_of(stream(blob))
    assert sum(shares) <= len(blob) <= sum(shares) * (1 + 10_240 / len(tar)) + 10
    assert max(shares) <= 2 * min(shares) + 10


@given(images(), st.sampled_from(sorted(WRITERS)))
def test_shares_of_any_layer_fit_into_the_blob(image: Image, name: str) -> None:
    for items in image:
        tar = layer(*items)
        blob = WRITERS[name](tar)
        scan = stream(blob)
        shares = shares_of(scan)
        assert len(shares) == len(scan)
        end = int(end_records(scan.content_starts, scan.sizes, len(tar)).max(initial=0))
        # Such a layer is short: it is one stretch of the blob, and every byte of its tar costs the same.
        assert sum(shares) == pytest.approx(len(blob) * end / len(tar), abs=1)


@pytest.mark.parametrize("chunk_bytes", [5_000, 65_536, 1 << 20])
@pytest.mark.parametrize("name", ["zlib 6", "gzip members", "zstd"])
def test_shares_hardly_depend_on_what_the_source_hands_out(name: str, chunk_bytes: int) -> None:
    blob = WRITERS[name](layer(*ITEMS))
    whole = shares_of(stream(blob))
    access = StreamAccess(lambda: Counted(blob, chunk_bytes), None, None)
    assert shares_of(scan_layer(access, ProbeSet(()))) == pytest.approx(whole, abs=66_000)


def test_what_follows_the_compressed_data_is_no_entrys() -> None:
    blob = gzip.compress(layer(*ITEMS))
    assert shares_of(stream(blob + b"garbage" * 50_000)) == shares_of(stream(blob))


def test_damaged_blob() -> None:
    blob = gzip.compress(layer(*ITEMS))
    for cut in (100, 70_000, 2_100_000, len(blob) - 4):
        scan = stream(blob[:cut])
        assert scan.damage
        assert sum(shares_of(scan)) <= cut


def test_nothing_is_known_without_compression() -> None:
    tar = layer(*ITEMS)
    assert seek(tar).transfer_bytes is None
    assert stream(tar).transfer_bytes is None


def integers(*values: int) -> Integers:
    """Return positions."""
    return np.array(values, dtype=np.int64)


def test_share_transfer_by_hand() -> None:
    marks = PositionMarks()
    marks.note(10_000, 4_000)
    marks.note(20_000, 10_000)
    shares = share_transfer(marks, integers(5_000, 5_000, 15_000, 22_000), tar_bytes=24_000, used_bytes=10_100)
    # Half of the first stretch; nothing; its other half and half of the second; the rest, and half of the last.
    assert shares.tolist() == [2_000, 0, 5_000, 3_050]
    assert share_transfer(marks, integers(), tar_bytes=24_000, used_bytes=10_100).tolist() == []


@given(
    st.lists(st.tuples(st.integers(0, 1 << 50), st.integers(0, 1 << 50))),
    st.lists(st.integers(0, 1 << 52)),
    st.integers(0, 1 << 52),
    st.integers(0, 1 << 52),
)
def test_shares_never_fall_below_nothing(
    steps: list[tuple[int, int]], ends: list[int], more: int, more_used: int
) -> None:
    marks = PositionMarks()
    for unpacked, packed in steps:
        marks.note(unpacked, packed)
    tar_bytes, used_bytes = marks.unpacked[-1] + more, marks.packed[-1] + more_used
    record_ends = integers(*(min(end, tar_bytes) for end in sorted(ends)))
    shares = share_transfer(marks, record_ends, tar_bytes=tar_bytes, used_bytes=used_bytes)
    assert (shares >= 0).all()
    assert int(shares.sum()) <= used_bytes
    if record_ends.size and more and record_ends[-1] == tar_bytes:
        assert int(shares.sum()) == used_bytes


def test_end_records() -> None:
    ends = end_records(integers(512, 1_536, 3_072), integers(0, 600, 10), 3_500)
    assert ends.tolist() == [512, 2_560, 3_500]
