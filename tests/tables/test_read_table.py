"""Tables of real converters against what GNU tar lists and what contents hash to."""

import hashlib
import io
import json
import re
import subprocess
import tarfile
from pathlib import Path

import pytest

from layerscope.blob.access import SeekAccess
from layerscope.layers.entry import Kind
from layerscope.layers.probe import ProbeSet
from layerscope.layers.scan import LayerScan
from layerscope.layers.scan_layer import scan_layer
from layerscope.tables.place import TableFormat
from layerscope.tables.read_table import LayerTable, fetch_table
from tests.images import chardev, directory, fifo, file, hardlink, layer, opaque, symlink, whiteout
from tests.indexing import Memory
from tests.tables.lazy import Converter, LazyLayer, modern_chunked, read_layout, read_table, skopeo_chunked
from tests.tools import tool

TAR = layer(
    directory("usr", uid=7),
    directory("usr/lib", mode=0o1777),
    file("usr/lib/long", bytes(range(256)) * 400, mode=0o4755, uid=1_000, gid=1_001, mtime=1_700_000_000),
    file("usr/lib/short", b"short", xattrs=(("user.note", "n"),)),
    file("usr/lib/empty"),
    hardlink("usr/lib/again", "usr/lib/long"),
    symlink("lib", "usr/lib"),
    file("./dotted", b"d" * 9_000),
    file("grün", b"not ASCII"),
    chardev("dev/null", 1, 3),
    fifo("run/pipe"),
    whiteout("etc/gone"),
    opaque("opt/anew"),
)
_LINE = re.compile(r"(\S{10}) (\d+)/(\d+) +(\d+|\d+,\d+) (\S+ \S+) (.*)")
_TYPES = {
    "-": Kind.FILE,
    "d": Kind.DIRECTORY,
    "l": Kind.SYMLINK,
    "h": Kind.HARDLINK,
    "c": Kind.DEVICE,
    "p": Kind.FIFO,
}
_TABLE_NAME = "stargz.index.json"


def listed_by_tar(tar: bytes) -> list[tuple[str, Kind, int, str, tuple[int, int], str]]:
    """List a tar as GNU tar does: path, kind, size, permissions, owner, target."""
    command = [tool("tar"), "--numeric-owner", "--quoting-style=literal", "-tvf", "-"]
    text = subprocess.run(
        command, input=tar, capture_output=True, check=True, timeout=60, env={"LC_ALL": "C.UTF-8"}
    ).stdout.decode()
    found = []
    for line in text.splitlines():
        match = _LINE.fullmatch(line)
        assert match is not None, line
        kind = _TYPES[match[1][0]]
        name, _, target = match[6].partition(" link to " if kind is Kind.HARDLINK else " -> ")
        size = 0 if "," in match[4] or kind is not Kind.FILE else int(match[4])
        owner = (int(match[2]), int(match[3]))
        found.append((name.removeprefix("./").rstrip("/"), kind, size, match[1][1:], owner, target.removeprefix("./")))
    return found


def listed_by_table(scan: LayerScan) -> list[tuple[str, Kind, int, str, tuple[int, int], str]]:
    """List a table in the same form, whiteouts spelled as in a tar."""
    found = []
    for row in range(len(scan)):
        entry = scan.entry(row)
        path, kind = entry.path.decode(), entry.kind
        folder, _, name = path.rpartition("/")
        if kind is Kind.WHITEOUT:
            path, kind = f"{folder}/.wh.{name}", Kind.FILE
        elif kind is Kind.OPAQUE:
            path, kind = f"{path}/.wh..wh..opq", Kind.FILE
        found.append((path, kind, entry.size, _permissions(entry.mode), (entry.uid, entry.gid), entry.target.decode()))
    return found


def _permissions(mode: int) -> str:
    letters = [letter if mode >> (8 - place) & 1 else "-" for place, letter in enumerate("rwxrwxrwx")]
    for place, bit, letter in ((2, 0o4000, "s"), (5, 0o2000, "s"), (8, 0o1000, "t")):
        if mode & bit:
            letters[place] = letter if letters[place] == "x" else letter.upper()
    return "".join(letters)


def digests_in(tar: bytes) -> dict[str, bytes]:
    """Return the first half of the SHA-256 of each file that has a content."""
    found = {}
    with tarfile.open(fileobj=io.BytesIO(tar)) as archive:
        for member in archive:
            content = archive.extractfile(member) if member.isfile() else None
            if content is not None and member.size:
                found[member.name.removeprefix("./")] = hashlib.sha256(content.read()).digest()[:16]
    return found


def digests_told(scan: LayerScan) -> dict[str, bytes]:
    rows = [row for row in range(len(scan)) if scan.hashed[row] and scan.sizes[row]]
    return {scan.paths[row].decode(): scan.hashes[row].tobytes() for row in rows}


def assert_is_of(table: LayerTable | None, tar: bytes) -> None:
    """Hold a table against GNU tar, against hashlib, and against our own scan of the tar in what tar does not list."""
    assert table is not None
    assert listed_by_table(table.scan) == listed_by_tar(tar)
    told, there = digests_told(table.scan), digests_in(tar)
    # The table cannot hold its own digest.
    there.pop(_TABLE_NAME, None)
    assert told == there
    scanned = scan_layer(SeekAccess(Memory(tar)), ProbeSet(()))
    assert table.scan.xattrs.tolist() == scanned.xattrs.tolist()
    assert (table.scan.mtimes_ns // 10**9).tolist() == (scanned.mtimes_ns // 10**9).tolist()


@pytest.fixture(scope="module")
def chunked(tmp_path_factory: pytest.TempPathFactory) -> LazyLayer:
    """Return the layer as skopeo writes zstd:chunked."""
    [found] = read_layout(skopeo_chunked(tmp_path_factory.mktemp("chunked"), [TAR]))
    return found


def test_estargz(estargz: Converter) -> None:
    found = estargz(TAR)
    table = found.read()
    assert table is not None
    assert_is_of(table, found.tar)
    assert table.place.format is TableFormat.ESTARGZ
    assert str(table.place.digest) == next(iter(found.annotations.values()))
    # The converter adds a mark and the table itself to the layer.
    names = [name for name, *_ in listed_by_tar(found.tar)]
    assert names[0] == ".no.prefetch.landmark"
    assert names[-1] == _TABLE_NAME


def test_estargz_with_prioritized_files(estargz: Converter) -> None:
    found = estargz(TAR, "usr/lib/short")
    assert_is_of(found.read(), found.tar)


def test_estargz_without_a_promise(estargz: Converter) -> None:
    found = estargz(TAR)
    table = read_table(found.blob)
    assert_is_of(table, found.tar)
    assert table is not None
    assert table.place.digest is None


def test_older_stargz(estargz: Converter) -> None:
    """The footer of 47 bytes has the offset in its extra field without a subfield."""
    found = estargz(TAR)
    new = found.blob[-51:]
    old = new[:10] + b"\x16\0" + new[16:]
    assert len(old) == 47
    assert_is_of(read_table(found.blob[:-51] + old), found.tar)


def test_zstd_chunked_of_skopeo(chunked: LazyLayer) -> None:
    assert set(chunked.annotations) == {
        "io.containers.zstd-chunked.manifest-checksum",
        "io.containers.zstd-chunked.manifest-position",
    }
    assert_is_of(chunked.read(), chunked.tar)


def test_zstd_chunked_by_its_footer(chunked: LazyLayer) -> None:
    by_footer, named = read_table(chunked.blob), chunked.read()
    assert by_footer is not None
    assert named is not None
    assert_is_of(by_footer, chunked.tar)
    assert (by_footer.place.offset_bytes, by_footer.place.packed_bytes, by_footer.place.unpacked_bytes) == (
        named.place.offset_bytes,
        named.place.packed_bytes,
        named.place.unpacked_bytes,
    )


def test_newer_zstd_chunked() -> None:
    found = modern_chunked(TAR)
    assert_is_of(found.read(), TAR)
    assert_is_of(read_table(found.blob), TAR)


@pytest.mark.parametrize("blob", [b"", b"\0" * 10_240, TAR, b"\x1f\x8b", b"x" * 51])
def test_no_table(blob: bytes) -> None:
    assert read_table(blob) is None


def test_replacement_characters_are_told() -> None:
    entry = {"type": "reg", "name": "nam\ufffd"}
    table = modern_chunked(TAR, entries=[entry]).read()
    assert table is not None
    assert table.scan.warnings == (
        "Names in its table of contents hold U+FFFD (1 in all), maybe for what is not UTF-8.",
    )


def test_only_the_table_is_read(chunked: LazyLayer, estargz: Converter) -> None:
    class Counting(Memory):
        """Notes what was read."""

        def __init__(self, content: bytes) -> None:
            super().__init__(content)
            self.asked: list[tuple[int, int]] = []

        def read_at(self, offset_bytes: int, size_bytes: int) -> bytes:
            self.asked.append((offset_bytes, size_bytes))
            return super().read_at(offset_bytes, size_bytes)

    position = chunked.annotations["io.containers.zstd-chunked.manifest-position"].split(":")
    named = Counting(chunked.blob)
    fetch_table(named, chunked.annotations)
    assert named.asked == [(int(position[0]), int(position[1]))]
    found = estargz(TAR)
    footed = Counting(found.blob)
    fetch_table(footed, found.annotations)
    offset = int(found.blob[-51:][16:32], 16)
    assert footed.asked == [(len(found.blob) - 64, 64), (offset, len(found.blob) - 51 - offset)]


def test_json_of_the_layer_is_the_table(estargz: Converter) -> None:
    found = estargz(TAR)
    with tarfile.open(fileobj=io.BytesIO(found.tar)) as archive:
        member = archive.extractfile(_TABLE_NAME)
        assert member is not None
        names = [entry["name"] for entry in json.loads(member.read())["entries"] if entry["type"] != "chunk"]
    table = found.read()
    assert table is not None
    assert len(names) + 1 == len(table.scan)


def test_a_layout_on_disk(tmp_path: Path) -> None:
    folder = skopeo_chunked(tmp_path, [TAR, layer(file("b", b"2"))])
    for found in read_layout(folder):
        assert_is_of(found.read(), found.tar)
