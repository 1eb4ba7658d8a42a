"""Scans by seeking and by streaming see the same layer; digests, labels, damage and probes."""

import gzip
import hashlib
import threading
from pathlib import Path

import numpy as np
import pytest
from blake3 import blake3
from hypothesis import given

from layerscope.blob.access import SeekAccess, StreamAccess
from layerscope.errors import DigestMismatch, MalformedImage, SourceUnavailable
from layerscope.layers.complete import complete_hashes
from layerscope.layers.content_hashes import hash_content
from layerscope.layers.entry import Kind
from layerscope.layers.probe import Probe, ProbeSet
from layerscope.layers.scan_layer import scan_layer
from layerscope.oci.digest import Digest
from tests.blob.readers import Counted
from tests.images import (
    LAYER_TYPE,
    Compression,
    Item,
    chardev,
    compress,
    directory,
    fifo,
    file,
    hardlink,
    layer,
    opaque,
    symlink,
    whiteout,
)
from tests.indexing import Memory
from tests.layers.scans import assert_equal, both, seek, stream
from tests.property.strategies import Image, images
from tests.tar.blocks import END, header, member, octal, pax_of

BIG = bytes(range(256)) * 9_000
ITEMS = (
    directory("d", 0o1777, uid=7, gid=8, mtime=1_000_000_000),
    file("d/f", b"hello", mode=0o4755, uid=1, gid=2, mtime=3, xattrs=(("user.note", "n"),)),
    file("d/empty"),
    file("big", BIG),
    hardlink("again", "d/f"),
    symlink("link", "../d/f"),
    chardev("null", 1, 3),
    fifo("pipe"),
    whiteout("gone"),
    whiteout("d/gone"),
    opaque("d"),
    opaque(""),
    file("./d/../d//f2", b"two"),
    directory("lib"),
    symlink("lib64", "lib"),
    file("lib64/libx.so", b"elf"),
)


def test_every_kind() -> None:
    scan = both(layer(*ITEMS))
    assert [(entry.path, entry.kind.name, entry.size) for entry in map(scan.entry, range(len(scan)))] == [
        (b"d", "DIRECTORY", 0),
        (b"d/f", "FILE", 5),
        (b"d/empty", "FILE", 0),
        (b"big", "FILE", len(BIG)),
        (b"again", "HARDLINK", 0),
        (b"link", "SYMLINK", 0),
        (b"null", "DEVICE", 0),
        (b"pipe", "FIFO", 0),
        (b"gone", "WHITEOUT", 0),
        (b"d/gone", "WHITEOUT", 0),
        (b"d", "OPAQUE", 0),
        (b"", "OPAQUE", 0),
        (b"d/f2", "FILE", 3),
        (b"lib", "DIRECTORY", 0),
        (b"lib64", "SYMLINK", 0),
        (b"lib/libx.so", "FILE", 3),
    ]
    first, second = scan.entry(0), scan.entry(1)
    assert (first.mode, first.uid, first.gid, first.mtime_ns) == (0o1777, 7, 8, 1_000_000_000 * 10**9)
    assert (second.mode, second.uid, second.gid, second.mtime_ns) == (0o4755, 1, 2, 3 * 10**9)
    assert [scan.targets[row] for row in (4, 5)] == [b"d/f", b"../d/f"]
    assert scan.content_bytes == 5 + len(BIG) + 3 + 3
    assert (scan.damage, scan.warnings, scan.facts) == (None, (), ())
    assert (scan.xattrs != 0).tolist() == [row == 1 for row in range(len(scan))]


@given(images())
def test_both_accesses_see_the_same(image: Image) -> None:
    for items in image:
        tar = layer(*items)
        by_seek, by_stream = seek(tar), stream(tar)
        assert_equal(by_seek, by_stream)
        rows = np.flatnonzero((by_seek.kinds == Kind.FILE) & (by_seek.sizes > 0))
        assert np.array_equal(np.flatnonzero(by_stream.hashed), rows)
        completed = complete_hashes(by_seek, SeekAccess(Memory(tar)), rows)
        assert np.array_equal(completed, by_stream.hashes[rows])
        contents = [item.content for item in items if item.kind == "file" and item.content]
        hashes = {blake3(content).digest(length=16) for content in contents}
        assert {bytes(row) for row in by_stream.hashes[rows]} <= hashes


@pytest.mark.parametrize("how", ["none", "gzip", "zstd"])
def test_hashes_and_digests(how: Compression) -> None:
    tar = layer(*ITEMS)
    blob = compress(tar, how)
    digest = Digest("sha256", hashlib.sha256(blob).hexdigest())
    scan = stream(blob, digest=digest)
    assert_equal(scan, seek(tar))
    assert (scan.compression, scan.blob_bytes, scan.tar_bytes) == (how, len(blob), len(tar))
    assert scan.diff_id == Digest("sha256", hashlib.sha256(tar).hexdigest())
    assert scan.blob_digest == digest
    contents = {1: b"hello", 3: BIG, 12: b"two", 15: b"elf"}
    for row in range(len(scan)):
        expected = blake3(contents[row]).digest(length=16) if row in contents else bytes(16)
        assert (bool(scan.hashed[row]), bytes(scan.hashes[row])) == (row in contents, expected)


def test_seeking_hashes_nothing_and_reads_no_contents() -> None:
    scan = seek(layer(*ITEMS))
    assert not scan.hashed.any()
    assert (scan.diff_id, scan.blob_digest, scan.blob_bytes) == (None, None, None)


@pytest.mark.parametrize("algorithm", ["sha256", "sha512"])
@pytest.mark.parametrize("how", ["none", "gzip", "zstd"])
def test_both_algorithms(how: Compression, algorithm: str) -> None:
    tar = layer(*ITEMS)
    blob = compress(tar, how)
    scan = stream(blob, digest=Digest(algorithm, hashlib.new(algorithm, blob).hexdigest()))
    assert scan.diff_id == Digest("sha256", hashlib.sha256(tar).hexdigest())


@pytest.mark.parametrize("how", ["none", "gzip", "zstd"])
@pytest.mark.parametrize("algorithm", ["sha256", "sha512"])
def test_wrong_digest_names_the_blob(how: Compression, algorithm: str) -> None:
    digest = Digest.of(b"something else", algorithm)
    with pytest.raises(DigestMismatch, match=str(digest)):
        stream(compress(layer(*ITEMS), how), digest=digest)


def test_wrong_digest_wins_over_damage() -> None:
    with pytest.raises(DigestMismatch):
        stream(layer(*ITEMS)[:3000], digest=Digest.of(b"other"))


@pytest.mark.parametrize("tail", [b"x", b"x" * 3_000_000])
def test_digest_covers_what_follows_the_end(tail: bytes) -> None:
    tar = layer(*ITEMS) + tail
    scan = stream(tar, digest=Digest.of(tar))
    assert (scan.damage, scan.diff_id, scan.tar_bytes) == (None, Digest.of(tar), len(tar))
    blob = gzip.compress(tar) + b"garbage"
    scan = stream(blob, digest=Digest.of(blob))
    assert (scan.damage, scan.diff_id, len(scan.blob_warnings)) == (None, Digest.of(tar), 1)


LABELS = [
    (LAYER_TYPE, "none", False),
    (LAYER_TYPE + "+gzip", "gzip", False),
    (LAYER_TYPE + "+zstd", "zstd", False),
    ("application/vnd.docker.image.rootfs.diff.tar.gzip", "gzip", False),
    ("application/octet-stream", "gzip", False),
    ("", "gzip", False),
    (None, "zstd", False),
    (LAYER_TYPE + "+gzip", "none", True),
    (LAYER_TYPE + "+gzip", "zstd", True),
    (LAYER_TYPE, "gzip", True),
    ("application/vnd.docker.image.rootfs.diff.tar.gzip", "none", True),
]


@pytest.mark.parametrize(("media_type", "how", "lies"), LABELS)
def test_label(media_type: str | None, how: Compression, lies: bool) -> None:
    scan = stream(compress(layer(*ITEMS), how), media_type=media_type)
    assert len(scan) == len(ITEMS)
    assert [how in warning for warning in scan.blob_warnings] == [True] * lies


def test_truncated_anywhere() -> None:
    tar = layer(*ITEMS[:3], file("f", b"x" * 1500), format=1)
    whole = seek(tar)
    for length in range(0, len(tar), 64):
        scan = both(tar[:length])
        # Entries before the damage are there as they were.
        assert list(scan.paths) == list(whole.paths)[: len(scan)]
        ends = whole.content_starts + whole.sizes
        assert scan.damage is not None or len(scan) == np.count_nonzero(ends <= length)


@pytest.mark.parametrize("how", ["gzip", "zstd"])
def test_truncated_blob(how: Compression) -> None:
    blob = compress(layer(file("a", b"a" * 100), file("b", BIG), file("c", b"c")), how)
    scan = stream(blob[: len(blob) // 2])
    assert scan.damage
    assert scan.diff_id is None
    assert list(scan.paths) in ([b"a", b"b"], [b"a"], [])


def test_damage_says_where() -> None:
    tar = bytearray(layer(file("a", b"a"), file("b", b"b")))
    tar[1024 + 10] ^= 1
    scan = both(bytes(tar))
    assert list(scan.paths) == [b"a"]
    assert scan.damage
    assert "1024" in scan.damage


def test_file_whose_contents_are_not_there_counts_nothing() -> None:
    # A header alone may promise an exbibyte; the entries before the damage are what is known.
    scan = both(member(b"a", b"abc") + header(b"b", size=b"\x80" + (1 << 60).to_bytes(11, "big")) + b"some bytes")
    assert scan.damage
    assert scan.content_bytes == 3


def test_unsupported_compression() -> None:
    with pytest.raises(MalformedImage, match="xz"):
        stream(b"\xfd7zXZ\0" + bytes(600))


def upper(_path: bytes, content: bytes) -> bytes:
    if b"bad" in content:
        raise ValueError("not \x1b[31mgood")
    return content.upper()


UPPER = Probe("upper", ("etc/*.txt",), 100, upper)
FIRST = Probe("first", ("etc/first.txt",), 100, lambda path, content: (path, content))


def test_probes() -> None:
    items = [
        file("etc/a.txt", b"abc"),
        file("etc/first.txt", b"f"),
        file("other/a.txt", b"abc"),
        file("etc/empty.txt"),
        file("etc/exact.txt", b"x" * 100),
        file("etc/large.txt", b"x" * 101),
        file("etc/b.txt", b"a bad one"),
        symlink("etc/link.txt", "a.txt"),
        file("etc/.wh.c.txt", b"whiteout"),
        file("./etc//d.txt", b"d"),
    ]
    scan = both(layer(*items), [FIRST, UPPER])
    assert [(fact.row, fact.probe, fact.value) for fact in scan.facts] == [
        (0, "upper", b"ABC"),
        (1, "first", (b"etc/first.txt", b"f")),
        (4, "upper", b"X" * 100),
        (9, "upper", b"D"),
    ]
    assert len(scan.warnings) == 2
    assert "etc/large.txt" in scan.warnings[0]
    assert "over 100 bytes" in scan.warnings[0]
    assert "etc/b.txt" in scan.warnings[1]
    assert "\x1b" not in "".join(scan.warnings)
    # Being probed changes no hash.
    assert bytes(scan.hashes[0]) == hash_content([b"abc"]) == blake3(b"abc").digest(length=16)


def test_probe_sees_no_contents_that_are_cut() -> None:
    tar = layer(file("etc/a.txt", b"x" * 90))[: 512 + 40]
    assert both(tar, [UPPER]).facts == ()


def test_zero_device_is_a_whiteout() -> None:
    scan = both(layer(chardev("gone", 0, 0), chardev("zero", 1, 5), Item("block", "loop", major=0, minor=0)))
    assert [Kind(kind) for kind in scan.kinds.tolist()] == [Kind.WHITEOUT, Kind.DEVICE, Kind.DEVICE]
    assert list(scan.paths) == [b"gone", b"zero", b"loop"]
    assert len(scan.warnings) == 1
    assert "gone" in scan.warnings[0]


# hostile.md, section 5: what is kept, and that it is said.
ODD_NAMES = [
    pytest.param(file(".wh."), Kind.INVALID, b".wh.", id="no name"),
    pytest.param(file("d/.wh.."), Kind.INVALID, b"d/.wh..", id="a dot"),
    pytest.param(file("d/.wh..."), Kind.INVALID, b"d/.wh...", id="two dots"),
    pytest.param(file(".wh..wh.aufs", b"a"), Kind.FILE, b".wh..wh.aufs", id="aufs file"),
    pytest.param(directory(".wh..wh.plnk"), Kind.DIRECTORY, b".wh..wh.plnk", id="aufs folder"),
    pytest.param(directory(".wh.etc"), Kind.DIRECTORY, b".wh.etc", id="folder named as a whiteout"),
    pytest.param(Item("fifo", ".wh..wh.x"), Kind.FIFO, b".wh..wh.x", id="aufs pipe"),
]


@pytest.mark.parametrize(("item", "kind", "path"), ODD_NAMES)
def test_odd_name_is_kept_with_a_warning(item: Item, kind: Kind, path: bytes) -> None:
    scan = both(layer(item))
    assert (scan.entry(0).kind, scan.entry(0).path) == (kind, path)
    assert len(scan.warnings) == 1


def test_whiteout_of_any_type() -> None:
    scan = both(layer(symlink("d/.wh.a", "x"), hardlink(".wh.b", "x"), file(".wh.c", b"contents"), fifo(".wh.d")))
    assert [Kind(kind) for kind in scan.kinds.tolist()] == [Kind.WHITEOUT] * 4
    assert list(scan.paths) == [b"d/a", b"b", b"c", b"d"]


def test_unknown_type_is_a_warning() -> None:
    scan = both(member(b"v", typeflag=b"V") + member(b"f", b"x", typeflag=b"7") + END)
    assert [Kind(kind) for kind in scan.kinds.tolist()] == [Kind.OTHER, Kind.FILE]
    assert len(scan.warnings) == 1


def test_many_warnings_are_counted() -> None:
    scan = both(layer(*(file(f"{number}/.wh.") for number in range(500))))
    assert len(scan) == 500
    assert 2 <= len(scan.warnings) <= 100
    assert str(500 - len(scan.warnings) + 1) in scan.warnings[-1]


def test_warnings_hold_no_control_characters() -> None:
    scan = both(layer(file("\x1b[31m\u202e/.wh.")) + b"")
    assert not {"\x1b", "\u202e"} & set("".join(scan.warnings))


@pytest.mark.parametrize("name", ["", ".", "/", "..", "./"])
@pytest.mark.parametrize("typeflag", [b"0", b"2", b"6"])
def test_the_root_is_a_folder_and_nothing_else(name: str, typeflag: bytes) -> None:
    # Else one entry without a name would hide the whole image: engines refuse or pass over it.
    raw = header(name.encode().rstrip(b"/") or b".", typeflag=typeflag, linkname=b"t") + END
    scan = both(raw if name else header(b"", typeflag=typeflag, linkname=b"t") + END)
    kinds = [Kind(kind) for kind, path in zip(scan.kinds.tolist(), scan.paths, strict=True) if path == b""]
    assert set(kinds) <= {Kind.DIRECTORY, Kind.INVALID}
    assert len(scan.warnings) == 1


def sparse_tar() -> bytes:
    values = {"GNU__sparse__major": b"1", "GNU__sparse__minor": b"0", "GNU__sparse__realsize": b"9999"}
    data = b"d" * 600
    new = pax_of(**values, GNU__sparse__name=b"new") + member(b"x", b"1\n1024\n600\n".ljust(512, b"\0") + data)
    map_fields = {"sparse": octal(1024) + octal(600), "real_size": octal(9999), "magic": b"ustar ", "version": b" \0"}
    old = member(b"old", data, typeflag=b"S", **map_fields)
    other = member(b"other", data, typeflag=b"S", **(map_fields | {"sparse": octal(0) + octal(600)}))
    return new + old + other + member(b"dense", data) + END


def test_sparse_contents_hash_equally_in_both_accesses() -> None:
    tar = sparse_tar()
    scan = both(tar)
    assert list(scan.paths) == [b"new", b"old", b"other", b"dense"]
    rows = np.arange(4)
    completed = complete_hashes(seek(tar), SeekAccess(Memory(tar)), rows)
    assert np.array_equal(completed, scan.hashes)
    new, old, other, dense = (bytes(row) for row in scan.hashes)
    # The same bytes at the same places are the same content in any encoding; elsewhere they are another.
    assert new == old
    assert len({old, other, dense}) == 3
    assert dense == blake3(b"d" * 600).digest(length=16)


def test_copies_of_a_sparse_file_have_one_size() -> None:
    assert both(sparse_tar()).sizes.tolist() == [600] * 4


def test_hashing_a_layer_that_became_shorter() -> None:
    tar = layer(file("a", b"a" * 2000))
    scan = seek(tar)
    with pytest.raises(SourceUnavailable):
        complete_hashes(scan, SeekAccess(Memory(tar[:1000])), np.arange(1))


def test_hashes_in_many_batches() -> None:
    contents = [bytes([number]) * 1_000_003 for number in range(150)]
    tar = layer(*(file(f"f{number}", content) for number, content in enumerate(contents)))
    scan = seek(tar)
    seen: list[int] = []
    rows = np.arange(len(contents))[::-1]
    hashes = complete_hashes(scan, SeekAccess(Memory(tar)), rows, seen.append)
    assert [bytes(row) for row in hashes] == [blake3(content).digest(length=16) for content in reversed(contents)]
    assert sum(seen) == sum(map(len, contents))
    assert complete_hashes(scan, SeekAccess(Memory(tar)), np.arange(0)).shape == (0, 16)


def test_progress_adds_up() -> None:
    tar = layer(*ITEMS)
    blob = gzip.compress(tar)
    for access, expected in (
        (SeekAccess(Memory(tar)), len(tar)),
        (StreamAccess(lambda: Counted(blob, 100), None, None), len(blob)),
    ):
        seen: list[int] = []
        scan_layer(access, ProbeSet(()), seen.append)
        # By seeking, what follows the last record is not looked at.
        assert expected - 10_240 <= sum(seen) <= expected


def test_reader_that_fails_leaves_no_thread() -> None:
    class Failing:
        def read(self, _size: int, /) -> bytes:
            raise SourceUnavailable("gone")

    before = threading.active_count()
    with pytest.raises(SourceUnavailable):
        scan_layer(StreamAccess(Failing, None, None), ProbeSet(()))
    assert threading.active_count() == before


def test_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    both(layer(file("../../escape", b"x"), file("/absolute", b"x"), symlink("l", "/etc"), file("l/passwd", b"x")))
    assert list(tmp_path.iterdir()) == []
