"""Sparse files in all four encodings as GNU tar itself writes them, and maps that lie."""

import shutil
import subprocess
from pathlib import Path

import pytest

from layerscope.errors import DamagedTar
from layerscope.tar.sparse import MAP_LIMIT_BYTES
from tests.tar.blocks import END, GNU, base256, header, member, octal, padded, pax, pax_of, pax_record, read

KIB = 1024
# Name -> apparent size and where data goes, each piece a whole number of blocks but the last.
FILES = {
    "hole": (10_000 * KIB, []),
    "start": (4_000 * KIB, [(0, 64 * KIB)]),
    "middle": (4_000 * KIB, [(1_000 * KIB, 64 * KIB)]),
    # More pieces than the four that an old GNU header holds, and than the 21 of its first extension.
    "comb": (40 * 256 * KIB, [(number * 256 * KIB, 4 * KIB) for number in range(40)]),
    "end": (1_000 * KIB + 100, [(1_000 * KIB, 100)]),
    "dense": (5, [(0, 5)]),
}
ENCODINGS = {
    "old GNU": ["--format=gnu"],
    "PAX 0.0": ["--format=pax", "--sparse-version=0.0"],
    "PAX 0.1": ["--format=pax", "--sparse-version=0.1"],
    "PAX 1.0": ["--format=pax", "--sparse-version=1.0"],
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the sparse files, and a file behind each to show that the walk stays in step."""
    tar = shutil.which("tar")
    if tar is None or b"GNU tar" not in subprocess.run([tar, "--version"], check=True, capture_output=True).stdout:
        pytest.skip("no GNU tar")
    path = tmp_path_factory.mktemp("sparse")
    for name, (size, pieces) in FILES.items():
        with (path / name).open("wb") as file:
            file.truncate(size)
            for offset, length in pieces:
                file.seek(offset)
                file.write(data(name, offset, length))
        (path / f"{name}-next").write_text(name)
    if (path / "hole").stat().st_blocks:
        pytest.skip("the file system has no holes")
    return path


def data(name: str, offset: int, length: int) -> bytes:
    """Return a piece's bytes."""
    return (f"{name} {offset} ".encode() * length)[:length]


def packed(folder: Path, *options: str) -> bytes:
    """Return what GNU tar makes of the folder's files."""
    order = [word for name in FILES for word in (name, f"{name}-next")]
    command = ["tar", "--create", "--sparse", *options, "--owner=0", "--group=0", *order]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True).stdout


@pytest.mark.parametrize("options", ENCODINGS.values(), ids=ENCODINGS)
def test_names_and_contents(folder: Path, options: list[str]) -> None:
    found = {item.record.name.decode(): item.content for item in read(packed(folder, *options))}
    expected = {}
    for name, (_, pieces) in FILES.items():
        expected[name] = b"".join(data(name, *piece) for piece in pieces)
        expected[f"{name}-next"] = name.encode()
    assert found == expected


@pytest.mark.parametrize("options", ENCODINGS.values(), ids=ENCODINGS)
def test_apparent_size(folder: Path, options: list[str]) -> None:
    found = {item.record.name.decode(): item.record.sparse for item in read(packed(folder, *options))}
    for name, (size, _) in FILES.items():
        sparse = found[name]
        assert (sparse.apparent_bytes if sparse else None) == (None if name == "dense" else size)


@pytest.mark.parametrize("options", ENCODINGS.values(), ids=ENCODINGS)
def test_stored_size_is_of_the_data(folder: Path, options: list[str]) -> None:
    # The same data count the same in every encoding: a map in front of them is no content.
    found = {item.record.name.decode(): item.record.size for item in read(packed(folder, *options))}
    assert {name: found[name] for name in FILES} == {
        name: sum(length for _, length in pieces) for name, (_, pieces) in FILES.items()
    }


def test_map_hash_is_the_same_in_all_encodings(folder: Path) -> None:
    hashes = [
        {
            item.record.name: item.record.sparse and item.record.sparse.map_hash
            for item in read(packed(folder, *options))
        }
        for options in ENCODINGS.values()
    ]
    # PAX 0.1 hides the name of a file without data (see test_names_and_contents); compare those that have some.
    for name in (b"start", b"middle", b"comb", b"end"):
        assert len({hash_of[name] for hash_of in hashes}) == 1
    assert len({hashes[0][name] for name in (b"start", b"middle", b"comb", b"end")}) == 4


def entry(offset: int, length: int) -> bytes:
    return octal(offset) + octal(length)


def old(pairs: bytes, *, size: int, real: bytes, more: bytes = b"") -> bytes:
    """Return an old GNU sparse file with its map given raw."""
    fields = {"typeflag": b"S", "size": octal(size), "sparse": pairs, "real_size": real, **GNU}
    extended = {"is_extended": b"\1"} if more else {}
    return header(b"s", **fields, **extended) + more + padded(b"d" * size)


def extension(pairs: bytes, *, more: bool) -> bytes:
    return (pairs + bytes(504 - len(pairs)) + (b"\1" if more else b"\0")).ljust(512, b"\0")


OLD_LIES = [
    pytest.param(old(entry(0, 512), size=1024, real=octal(9999)), id="less than the data"),
    pytest.param(old(entry(0, 1024), size=512, real=octal(9999)), id="more than the data"),
    pytest.param(old(entry(512, 512) + entry(0, 512), size=1024, real=octal(9999)), id="out of order"),
    pytest.param(old(entry(0, 512) + entry(511, 513), size=1025, real=octal(9999)), id="overlap"),
    pytest.param(old(entry(0, 512), size=512, real=octal(511)), id="beyond the real size"),
    pytest.param(old(octal(0) + base256(-512), size=512, real=octal(9999)), id="negative length"),
    pytest.param(old(base256(-512) + octal(512), size=512, real=octal(9999)), id="negative offset"),
    pytest.param(old(base256((1 << 63) - 1) + octal(512), size=512, real=octal(9999)), id="offset of 2^63 - 1"),
    pytest.param(old(b"junkjunkjunk" + octal(512), size=512, real=octal(9999)), id="offset that is no number"),
    pytest.param(old(entry(0, 512), size=512, real=b"junk"), id="real size that is no number"),
    pytest.param(old(entry(0, 512), size=512, real=base256(-1)), id="negative real size"),
    pytest.param(old(entry(0, 512), size=512, real=base256(1 << 62)), id="real size of 2^62"),
    pytest.param(old(entry(0, 512), size=512, real=octal(9999), more=b"\1" * 512), id="extension that is junk"),
    pytest.param(
        old(b"", size=0, real=octal(9), more=extension(b"", more=True) * (MAP_LIMIT_BYTES // 512 + 1)),
        id="a map over 1 MiB",  # CVE-2025-58183
    ),
]


@pytest.mark.parametrize("tar", OLD_LIES)
def test_old_map_that_lies(tar: bytes) -> None:
    with pytest.raises(DamagedTar):
        read(tar + member(b"after") + END)


def test_old_map_that_ends_early() -> None:
    block = old(entry(0, 512), size=512, real=octal(9999), more=extension(b"", more=True))
    with pytest.raises(DamagedTar):
        read(block[:1024])


def test_old_map_in_extensions() -> None:
    pairs = [entry(number * 1024, 512) for number in range(4 + 21 + 2)]
    more = extension(b"".join(pairs[4:25]), more=True) + extension(b"".join(pairs[25:]), more=False)
    tar = old(b"".join(pairs[:4]), size=27 * 512, real=octal(99_999), more=more)
    first, second = read(tar + member(b"after") + END)
    assert (first.record.size, len(first.content), second.record.name) == (27 * 512, 27 * 512, b"after")


def pax_01(sparse_map: bytes, *, size: bytes = b"9999", blocks: bytes | None = None, data_bytes: int = 512) -> bytes:
    values = {"GNU__sparse__map": sparse_map, "GNU__sparse__size": size, "GNU__sparse__name": b"s"}
    values["GNU__sparse__numblocks"] = b"%d" % ((sparse_map.count(b",") + 1) // 2) if blocks is None else blocks
    return pax_of(**values) + member(b"GNUSparseFile.1/s", b"d" * data_bytes)


def pax_00(*pairs: tuple[bytes, bytes]) -> bytes:
    records = [pax_record(b"GNU.sparse." + key, value) for key, value in ((b"size", b"9999"), *pairs)]
    records.append(pax_record(b"GNU.sparse.numblocks", b"%d" % (len(pairs) // 2)))
    return pax(*records) + member(b"s", b"d" * 512)


def pax_10(text: bytes, *, size: bytes = b"9999", data_bytes: int = 512) -> bytes:
    values = {"GNU__sparse__major": b"1", "GNU__sparse__minor": b"0", "GNU__sparse__realsize": size}
    content = padded(text) + b"d" * data_bytes
    return pax_of(**values, GNU__sparse__name=b"s") + member(b"GNUSparseFile.1/s", content)


PAX_LIES = [
    pytest.param(pax_01(b"0,511"), id="0.1: less than the data"),
    pytest.param(pax_01(b"0,513"), id="0.1: more than the data"),
    pytest.param(pax_01(b"0,512,1024"), id="0.1: half a pair"),
    pytest.param(pax_01(b"0,512", blocks=b"2"), id="0.1: fewer pairs than it states"),
    pytest.param(pax_01(b"0,-512"), id="0.1: negative"),
    pytest.param(pax_01(b"0, 512"), id="0.1: space"),
    pytest.param(pax_01(b"0,5_12"), id="0.1: underscore"),
    pytest.param(pax_01(b"0,512,"), id="0.1: comma at the end"),
    pytest.param(pax_01(b"0,512", size=b""), id="0.1: no real size"),
    pytest.param(pax_01(b"0,512", size=b"511"), id="0.1: beyond the real size"),
    pytest.param(pax_01(b"0,512", size=b"-1"), id="0.1: negative real size"),
    pytest.param(pax_01(b"512,256,0,256"), id="0.1: out of order"),
    pytest.param(pax_01(b""), id="0.1: empty map before data"),
    pytest.param(pax_00((b"numbytes", b"512"), (b"offset", b"0")), id="0.0: length first"),
    pytest.param(pax_00((b"offset", b"0"), (b"offset", b"0")), id="0.0: two offsets"),
    pytest.param(pax_00((b"offset", b"0")), id="0.0: half a pair"),
    pytest.param(pax_00((b"offset", b"0,512"), (b"numbytes", b"512")), id="0.0: a comma smuggled in"),
    pytest.param(pax_10(b"1\n0\n511\n"), id="1.0: less than the data"),
    pytest.param(pax_10(b"1\n0\n513\n"), id="1.0: more than the data"),
    pytest.param(pax_10(b"2\n0\n512\n"), id="1.0: fewer pairs than it states"),
    pytest.param(pax_10(b"-1\n"), id="1.0: negative count"),
    pytest.param(pax_10(b"9" * 19 + b"\n"), id="1.0: an astronomic count"),
    pytest.param(pax_10(b"9" * 600), id="1.0: an endless number"),
    pytest.param(pax_10(b"1\n0\n0x200\n"), id="1.0: hexadecimal"),
    pytest.param(pax_10(b"\n\n\n"), id="1.0: empty lines"),
    pytest.param(pax_10(b"1\n0\n512\n", data_bytes=0), id="1.0: no data"),
    pytest.param(pax_10(b"1\n0\n512\n", size=b"5e3"), id="1.0: real size that is no number"),
    pytest.param(
        pax_10(b"100001\n" + b"0\n0\n" * 100_000 + b"0\n512\n", data_bytes=0), id="1.0: a map that eats the data"
    ),
    pytest.param(pax_10(b"400000\n" + b"0\n0\n" * 400_000), id="1.0: a map over 1 MiB"),
]


@pytest.mark.parametrize("tar", PAX_LIES)
def test_pax_map_that_lies(tar: bytes) -> None:
    with pytest.raises(DamagedTar):
        read(tar + member(b"after") + END)


def test_pax_maps_that_are_right() -> None:
    zero_zero = pax_00((b"offset", b"0"), (b"numbytes", b"256"), (b"offset", b"512"), (b"numbytes", b"256"))
    tar = zero_zero + pax_01(b"0,256,512,256", blocks=b"2") + pax_10(b"2\n0\n256\n512\n256\n") + member(b"after") + END
    *found, after = read(tar)
    assert after.record.name == b"after"
    assert {(item.record.name, item.content, item.record.sparse) for item in found} == {
        (b"s", b"d" * 512, found[0].record.sparse)
    }


@pytest.mark.parametrize("typeflag", [b"1", b"2", b"5"])
def test_map_of_an_entry_without_contents(typeflag: bytes) -> None:
    # Go refuses it; GNU tar lists the directory under the sparse file's name.
    values = {"GNU__sparse__map": b"0,512", "GNU__sparse__size": b"9999", "GNU__sparse__name": b"s"}
    with pytest.raises(DamagedTar):
        read(pax_of(**values) + header(b"d", typeflag=typeflag) + member(b"after", b"x") + END)
