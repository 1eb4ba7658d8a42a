"""Decompression told by magic bytes: members, frames, what follows them, and what must be refused."""

import bz2
import gzip
import io
import lzma
import random
import sys
import zlib
from functools import partial
from itertools import accumulate, pairwise

import pytest

from layerscope.blob import compression
from layerscope.blob.compression import Decompressing, sniff
from layerscope.blob.zlib_gzip import ZlibDecompressor
from layerscope.errors import LayerscopeError, LimitExceeded, MalformedImage
from tests.blob.readers import Counted
from tests.images import file, layer

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

NOISE = random.Random(7).randbytes(300_000)
TEXT = b"".join(b"line %d\n" % number for number in range(40_000))
SKIPPABLE = b"\x50\x2a\x4d\x18" + (5).to_bytes(4, "little") + b"hello"
LAST_SKIPPABLE = b"\x5f\x2a\x4d\x18" + (0).to_bytes(4, "little")


@pytest.fixture(params=["isal", "zlib"], autouse=True)
def gzip_library(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run every test with both libraries; the standard one serves platforms without wheels."""
    if request.param == "zlib":
        monkeypatch.setitem(compression._DECOMPRESSORS, "gzip", ZlibDecompressor)
    elif not compression.HAS_ISAL:
        pytest.skip("isal is not installed")


def unpack(blob: bytes, how: str = "gzip", *, chunk_bytes: int = 1 << 30, step_bytes: int = 1 << 20) -> bytes:
    """Return all decompressed bytes of a blob that has no warnings."""
    stream = Decompressing(Counted(blob, chunk_bytes), how)
    content = b"".join(iter(lambda: stream.read(step_bytes), b""))
    assert stream.warnings == []
    assert stream.count_bytes == len(content)
    return content


def drain(stream: Decompressing) -> None:
    """Read everything."""
    while stream.read(1 << 20):
        pass


SNIFFED = [
    pytest.param(gzip.compress(b""), "gzip", id="gzip"),
    pytest.param(zstd.compress(b""), "zstd", id="zstd"),
    pytest.param(SKIPPABLE, "zstd", id="zstd: skippable frame first, as pzstd writes"),
    pytest.param(LAST_SKIPPABLE, "zstd", id="zstd: the last of the sixteen skippable magics"),
    pytest.param(b"\x60\x2a\x4d\x18" + bytes(4), "none", id="a magic behind the skippable ones"),
    pytest.param(b"\x4f\x2a\x4d\x18" + bytes(4), "none", id="a magic before the skippable ones"),
    pytest.param(b"", "none", id="nothing"),
    pytest.param(b"\x1f", "none", id="half a magic"),
    pytest.param(b"\x28\xb5\x2f", "none", id="three quarters of a magic"),
    pytest.param(layer(file("f", b"x")), "none", id="tar"),
    pytest.param(layer(file("BZh91AY.txt", b"x")), "none", id="tar whose first name looks like bzip2"),
    pytest.param(bytes(1024), "none", id="an empty tar"),
]


@pytest.mark.parametrize(("blob", "expected"), SNIFFED)
def test_sniff(blob: bytes, expected: str) -> None:
    assert sniff(blob[:512]) == expected


@pytest.mark.parametrize(
    ("blob", "name"),
    [(bz2.compress(b"x"), "bzip2"), (lzma.compress(b"x"), "xz"), (b"\x04\x22\x4d\x18" + bytes(20), "lz4")],
)
def test_unsupported_compression_is_named(blob: bytes, name: str) -> None:
    with pytest.raises(MalformedImage, match=name):
        sniff(blob)


@pytest.mark.parametrize("content", [b"", b"x", TEXT, NOISE, bytes(5_000_000)], ids=["", "x", "text", "noise", "zeros"])
@pytest.mark.parametrize("chunk_bytes", [97, 4096, 1 << 30])
@pytest.mark.parametrize("how", ["gzip", "zstd"])
def test_one_member(content: bytes, chunk_bytes: int, how: str) -> None:
    blob = gzip.compress(content) if how == "gzip" else zstd.compress(content)
    assert unpack(blob, how, chunk_bytes=chunk_bytes, step_bytes=10_007) == content


def test_one_byte_at_a_time() -> None:
    assert unpack(gzip.compress(b"hello") * 3, chunk_bytes=1, step_bytes=1) == b"hello" * 3
    assert unpack(zstd.compress(b"hello") * 3, "zstd", chunk_bytes=1, step_bytes=1) == b"hello" * 3


def test_gzip_header_with_every_field() -> None:
    # FEXTRA (eStargz writes it), FNAME, FCOMMENT and FHCRC; RFC 1952, section 2.3.
    head = b"\x1f\x8b\x08\x1e" + bytes(6) + b"\x04\0SG\0\0" + b"name\0" + b"comment\0"
    head += (zlib.crc32(head) & 0xFFFF).to_bytes(2, "little")
    blob = head + gzip.compress(TEXT, mtime=0)[10:]
    assert gzip.GzipFile(fileobj=io.BytesIO(blob)).read() == TEXT
    assert unpack(blob) == TEXT


# Sizes around the reader's own pieces of 16 and 256 KiB; noise, so that members do not shrink.
@pytest.mark.parametrize("member_bytes", [100, 16_500, 40_000, 90_000])
def test_many_members(member_bytes: int) -> None:
    # eStargz has a member for every file, so thousands of some kilobytes each are an ordinary layer.
    content = NOISE[:member_bytes]
    assert unpack(gzip.compress(content, 1) * 1100) == content * 1100


def test_members_of_mixed_sizes() -> None:
    rng = random.Random(3)
    parts = [NOISE[: rng.choice((0, 1, 50, 5_000, 20_000, 70_000))] for _ in range(1_200)]
    assert unpack(b"".join(gzip.compress(part, 1) for part in parts)) == b"".join(parts)


def test_many_zstd_frames() -> None:
    content = NOISE[:40_000]
    assert unpack((SKIPPABLE + zstd.compress(content)) * 1100, "zstd") == content * 1100


def test_skippable_frames() -> None:
    blob = SKIPPABLE + zstd.compress(b"abc") + SKIPPABLE * 3 + zstd.compress(b"def") + LAST_SKIPPABLE
    for chunk_bytes in (1, 3, 1000):
        assert unpack(blob, "zstd", chunk_bytes=chunk_bytes) == b"abcdef"


@pytest.mark.parametrize(
    "member",
    [gzip.compress(b""), gzip.compress(b"abc"), gzip.compress(NOISE[:1000])],
    ids=["empty", "three bytes", "1 kB"],
)
def test_ten_times_the_members_are_at_most_fifteen_times_the_reads(member: bytes) -> None:
    reads = []
    for count in (2_000, 20_000):
        blob = Counted(member * count)
        stream = Decompressing(blob, "gzip")
        while stream.read(1 << 20):
            pass
        assert blob.read_bytes == len(member) * count
        reads.append(blob.reads)
    assert reads[1] <= 15 * reads[0]


@pytest.mark.parametrize("how", ["gzip", "zstd"])
@pytest.mark.parametrize("zeros", [1, 3, 4, 512, 1 << 20])
def test_trailing_zeros_are_padding(how: str, zeros: int) -> None:
    blob = gzip.compress(TEXT) if how == "gzip" else zstd.compress(TEXT)
    assert unpack(blob + bytes(zeros), how) == TEXT


@pytest.mark.parametrize("how", ["gzip", "zstd"])
@pytest.mark.parametrize(
    "garbage",
    [
        b"x",
        b"garbage",
        b"garbage" * 100_000,
        b"BZh9 is no layer",
        b"\xfd7zXZ\0 neither",
        b"\0\0\0\0garbage",
        bytes(600_000) + b"g",
    ],
    ids=["one byte", "some bytes", "700 kB", "bzip2's magic", "xz's magic", "zeros before it", "many zeros before it"],
)
def test_trailing_garbage_is_a_warning(how: str, garbage: bytes) -> None:
    blob = Counted((gzip.compress(TEXT) if how == "gzip" else zstd.compress(TEXT)) + garbage)
    stream = Decompressing(blob, how)
    assert b"".join(iter(lambda: stream.read(1 << 20), b"")) == TEXT
    assert len(stream.warnings) == 1
    # It is read all the same, so that the blob's digest covers it.
    assert blob.read(1) == b""


@pytest.mark.parametrize("how", ["gzip", "zstd"])
@pytest.mark.parametrize("content", [TEXT, NOISE[:2000]], ids=["text", "noise"])
def test_truncated_at_any_place(how: str, content: bytes) -> None:
    blob = gzip.compress(content) if how == "gzip" else zstd.compress(content)
    for length in (*range(4, 30), *range(30, len(blob) - 30, 997), *range(len(blob) - 30, len(blob))):
        stream = Decompressing(Counted(blob[:length]), how)
        with pytest.raises(MalformedImage, match=r"early|damaged"):
            drain(stream)


def test_second_member_truncated() -> None:
    for cut in (1, 4, 8, 12):
        stream = Decompressing(Counted(gzip.compress(TEXT) + gzip.compress(TEXT)[:-cut]), "gzip")
        with pytest.raises(MalformedImage, match="early"):
            drain(stream)


@pytest.mark.parametrize("how", ["gzip", "zstd"])
def test_damaged_at_any_byte(how: str) -> None:
    blob = gzip.compress(NOISE[:3000], mtime=0) if how == "gzip" else zstd.compress(NOISE[:3000])
    unnoticed = set()
    for position in range(len(blob)):
        damaged = bytearray(blob)
        damaged[position] ^= 0x55
        stream = Decompressing(Counted(bytes(damaged)), how)
        try:
            content = b"".join(iter(partial(stream.read, 1 << 20), b""))
        except MalformedImage:
            continue
        if content != NOISE[:3000]:
            unnoticed.add(position)
    # zstd.compress writes no checksum, so its literals are beyond anyone's notice but the digest's.
    assert how == "zstd" or not unnoticed


def test_junk_after_the_magic_is_never_a_foreign_error() -> None:
    rng = random.Random(11)
    magics = {
        "gzip": (b"\x1f\x8b", b"\x1f\x8b\x08\0\0\0\0\0\0\x03"),
        "zstd": (b"\x28\xb5\x2f\xfd", b"\x50\x2a\x4d\x18"),
    }
    for how, starts in magics.items():
        for number in range(400):
            stream = Decompressing(Counted(starts[number % 2] + rng.randbytes(rng.randrange(300))), how, 10_000_000)
            try:
                while stream.read(1 << 16):
                    pass
            except LayerscopeError:
                continue


def test_empty_input() -> None:
    with pytest.raises(MalformedImage):
        Decompressing(Counted(b""), "gzip").read(10)


def window(log: int) -> bytes:
    """Return a zstd frame with that window (RFC 8878, section 3.1.1.1.2) and one raw block."""
    return b"\x28\xb5\x2f\xfd\x00" + bytes([(log - 10) << 3]) + (3 << 3 | 1).to_bytes(3, "little") + b"abc"


def test_zstd_window() -> None:
    assert unpack(window(27), "zstd") == b"abc"
    for log in (28, 31, 41):
        with pytest.raises((MalformedImage, LimitExceeded)):
            Decompressing(Counted(window(log)), "zstd").read(1 << 20)


@pytest.mark.parametrize("how", ["gzip", "zstd"])
def test_output_limit(how: str) -> None:
    blob = gzip.compress(bytes(1_000_000)) if how == "gzip" else zstd.compress(bytes(1_000_000))
    allowed = Decompressing(Counted(blob), how, 1_000_000)
    assert sum(map(len, iter(lambda: allowed.read(4096), b""))) == 1_000_000
    refused = Decompressing(Counted(blob), how, 999_999)
    with pytest.raises(LimitExceeded):
        drain(refused)


def test_bomb_stays_small_at_each_step() -> None:
    stream = Decompressing(Counted(gzip.compress(bytes(20_000_000))), "gzip")
    assert max(map(len, iter(lambda: stream.read(1 << 16), b""))) <= 1 << 16
    stream = Decompressing(Counted(zstd.compress(bytes(20_000_000))), "zstd")
    assert max(map(len, iter(lambda: stream.read(1 << 16), b""))) <= 1 << 16


def test_compressed_twice_is_unpacked_once() -> None:
    inner = gzip.compress(TEXT)
    assert unpack(gzip.compress(inner)) == inner


def marks_of(blob: bytes, how: str, *, chunk_bytes: int = 1 << 30) -> tuple[list[tuple[int, int]], int]:
    """Return the pairs of positions and the bytes that were used, of a whole blob."""
    stream = Decompressing(Counted(blob, chunk_bytes), how)
    drain(stream)
    return list(zip(stream.marks.unpacked, stream.marks.packed, strict=True)), stream.used_bytes


@pytest.mark.parametrize("how", ["gzip", "zstd"])
@pytest.mark.parametrize("chunk_bytes", [1000, 70_001, 1 << 30])
def test_marks_grow_and_lie_close_together(how: str, chunk_bytes: int) -> None:
    content = (NOISE + TEXT) * 6
    blob = gzip.compress(content) if how == "gzip" else zstd.compress(content, 1)
    marks, used_bytes = marks_of(blob, how, chunk_bytes=chunk_bytes)
    assert used_bytes == len(blob)
    marks.append((len(content), len(blob)))
    steps = [(after[0] - before[0], after[1] - before[1]) for before, after in pairwise(marks)]
    assert marks[0] == (0, 0)
    assert all(unpacked >= 0 and packed >= 0 for unpacked, packed in steps)
    # A block of zstd is 128 KiB of content, which is handed out at once.
    assert max(packed for _, packed in steps) <= 200_000


@pytest.mark.parametrize("how", ["gzip", "zstd"])
@pytest.mark.parametrize("chunk_bytes", [777, 65_537, 300_000])
def test_the_lengths_of_chunks_change_no_mark(how: str, chunk_bytes: int) -> None:
    content = (NOISE + TEXT) * 6
    blob = gzip.compress(content) if how == "gzip" else zstd.compress(content, 1)
    assert marks_of(blob, how, chunk_bytes=chunk_bytes) == marks_of(blob, how)


def test_marks_at_the_ends_of_members_are_exact() -> None:
    members = [gzip.compress(NOISE[: 3_000 * number]) for number in range(1, 40)]
    ends = dict(zip(accumulate(3_000 * number for number in range(1, 40)), accumulate(map(len, members)), strict=True))
    marks = marks_of(b"".join(members), "gzip")[0]
    exact = [pair for pair in marks if pair[0] in ends]
    assert exact == [(unpacked, ends[unpacked]) for unpacked, _ in exact]
    # The others have a mark close before them.
    assert len(exact) > 30
    assert all(any(0 < ends[end] - packed < 2_048 for _, packed in marks) for end in set(ends) - set(dict(exact)))


@pytest.mark.parametrize("level", [1, 6])
def test_marks_are_where_the_standard_library_is(level: int) -> None:
    blob = gzip.compress(NOISE + TEXT * 3 + bytes(3_000_000) + NOISE, level)
    marks = marks_of(blob, "gzip")[0]
    assert len(marks) > 5
    for unpacked, packed in marks:
        # What a decompressor keeps back is less than what one code can stand for, and its own buffer.
        assert 0 <= len(zlib.decompressobj(wbits=31).decompress(blob[:packed])) - unpacked <= 1_000


@pytest.mark.parametrize("how", ["gzip", "zstd"])
def test_what_follows_is_not_used(how: str) -> None:
    blob = gzip.compress(TEXT) if how == "gzip" else zstd.compress(TEXT)
    assert marks_of(blob + bytes(100_000), how)[1] == len(blob)


def test_short_members_do_not_fill_the_memory_with_marks() -> None:
    blob = gzip.compress(b"x") * 20_000
    assert len(marks_of(blob, "gzip")[0]) <= len(blob) / 2048 + 1
