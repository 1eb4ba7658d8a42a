"""rpm's database as rpm itself shows it (`make_rpmdb.sh` made both files); crafted databases and headers."""

import lzma
import sqlite3
import struct
from pathlib import Path

import pytest

from layerscope.probes import rpm
from layerscope.probes.rpm_header import RpmPackage, read_header
from tests.images import file
from tests.indexing import index_of
from tests.probes.reading import mutants, read

DATA = Path(__file__).parent / "data"
PATH = "var/lib/rpm/rpmdb.sqlite"
PAGE_BYTES = 4_096
TABLE = "CREATE TABLE 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT,blob BLOB NOT NULL)"


def database() -> bytes:
    return lzma.decompress((DATA / "rpmdb.sqlite.xz").read_bytes())


@pytest.mark.parametrize("folder", ["var/lib/rpm", "usr/lib/sysimage/rpm", "usr/share/rpm"])
def test_packages_as_rpm_shows_them(folder: str) -> None:
    rows = [line.split("|") for line in (DATA / "rpmdb.txt").read_text().splitlines()]
    expected = {
        RpmPackage(
            name,
            version,
            architecture,
            int(size),
            "\n".join(line[1] for line in rows if line[0] == name and line[2] == "normal").encode(),
        )
        for name, version, architecture, size in (line for line in rows if len(line) == 4)
    }
    assert len(expected) == 3
    found = read(rpm.PROBES, f"{folder}/rpmdb.sqlite", database())
    assert set(found) == expected
    assert len(found) == 3


@pytest.mark.parametrize("name", ["Packages", "Packages.db"])
@pytest.mark.parametrize("stream", [False, True])
def test_older_formats(name: str, stream: bool) -> None:
    path = f"var/lib/rpm/{name}"
    [scan] = index_of([[file(path, bytes(100_000))]], stream=stream, probes=rpm.PROBES).scans
    assert not scan.facts
    assert scan.warnings == (f"{path} cannot be read as rpm-database: the rpm database is of an older format.",)


def header(tags: dict[int, tuple[int, int, bytes]]) -> bytes:
    """Make a header of (type, count, data) by tag."""
    index, data = b"", b""
    for tag, (kind, count, content) in tags.items():
        data += bytes(-len(data) % 8)
        index += struct.pack(">IIII", tag, kind, len(data), count)
        data += content
    return struct.pack(">II", len(tags), len(data)) + index + data


NAMED = {1000: (6, 1, b"a\0"), 1001: (6, 1, b"1\0")}
FILES = {1116: (4, 2, struct.pack(">II", 0, 0)), 1117: (8, 2, b"x\0y\0"), 1118: (8, 1, b"/d/\0")}


def test_a_header_by_hand() -> None:
    more = {1003: (4, 1, struct.pack(">I", 3)), 1009: (4, 1, bytes(4)), 5009: (5, 1, struct.pack(">Q", 1 << 33))}
    assert read_header(header(NAMED | FILES | more), 100) == RpmPackage("a", "3:1", "", 1 << 33, b"/d/x\n/d/y")
    assert read_header(header(NAMED | {1027: (8, 2, b"/o\0/p\0")}), 100).lines == b"/o\n/p"
    assert read_header(header(NAMED | FILES | {1029: (1, 2, b"\0\1")}), 100).lines == b"/d/x"


@pytest.mark.parametrize(
    "tags",
    [
        {},
        {1000: (6, 1, b"")},
        {1000: (4, 1, bytes(4))},
        NAMED | {1117: (8, 1 << 31, b"x\0")},
        NAMED | {1117: (8, 3, b"x\0y\0")},
        NAMED | {1003: (4, 1 << 31, bytes(4))},
        NAMED | {1003: (6, 1, b"x\0")},
        NAMED | FILES | {1116: (4, 2, struct.pack(">II", 0, 1))},
        NAMED | FILES | {1116: (4, 1, bytes(4))},
        NAMED | FILES | {1029: (1, 3, bytes(3))},
        NAMED | FILES | {1118: (8, 1, b"/" * 5_000 + b"\0")},
        NAMED | {1027: (8, 90, b"/path\0" * 90)},
    ],
)
def test_broken_headers(tags: dict[int, tuple[int, int, bytes]]) -> None:
    with pytest.raises(ValueError, match=r"package|paths"):
        read_header(header(tags), 2_000)


@pytest.mark.parametrize("blob", [b"", b"\0" * 7, b"\xff" * 64, struct.pack(">II", 1, 0) + bytes(15)])
def test_headers_cut_off(blob: bytes) -> None:
    with pytest.raises(ValueError, match="cut off"):
        read_header(blob, 100)


def crafted(*statements: str, blobs: tuple[object, ...] = ()) -> bytes:
    with sqlite3.connect(":memory:") as connection:
        for statement in statements:
            connection.execute(statement)
        if blobs:
            connection.executemany("INSERT INTO Packages (blob) VALUES (?)", [(blob,) for blob in blobs])
    content = connection.serialize()
    connection.close()
    return content


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"SQLite format 3\0" + bytes(20), "no SQLite"),
        (b"x" * 1_000, "no SQLite"),
        (crafted("CREATE TABLE t (a)"), "not rpm's"),
        (crafted("CREATE VIEW Packages AS SELECT 1 AS blob"), "not rpm's"),
        (crafted("CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob)"), "not rpm's"),
        (crafted("CREATE TABLE Packages (hnum, blob AS (hex(hnum)))"), "not rpm's"),
        (crafted(TABLE, "CREATE VIEW v AS SELECT 1"), "not rpm's"),
        (crafted(TABLE, "CREATE TRIGGER t AFTER INSERT ON Packages BEGIN SELECT 1; END"), "not rpm's"),
        (crafted(TABLE, f"CREATE TABLE t ({','.join(f'c{n}' for n in range(50))})"), "can be read"),
        (crafted(TABLE, *(f"CREATE TABLE t{n} (a)" for n in range(1_001))), "not rpm's"),
        (crafted(TABLE, "PRAGMA writable_schema=ON", f"UPDATE sqlite_master SET name='{'x' * 5_000}'"), "too big"),
        (crafted(TABLE, blobs=("text",)), "no bytes"),
        (crafted(TABLE, blobs=(b"",)), "cut off"),
        (crafted(TABLE, blobs=(header(NAMED),) * 20_001), "too many packages"),
    ],
)
def test_crafted_databases(content: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read(rpm.PROBES, PATH, content)


def test_an_empty_database_has_no_packages() -> None:
    assert read(rpm.PROBES, PATH, crafted(TABLE)) == ()


def inner_page(child: int) -> bytes:
    """Make an inner page of a table's tree, all of whose 400 children are one page."""
    cells = struct.pack(">IB", child, 1) * 400
    start = PAGE_BYTES - len(cells)
    pointers = struct.pack(">400H", *range(start, PAGE_BYTES, 5))
    return (struct.pack(">BHHHBI", 5, 0, 400, start, 0, child) + pointers).ljust(start, b"\0") + cells


def test_pages_that_come_again_and_again_end() -> None:
    content = crafted(TABLE, blobs=(header(NAMED), header(NAMED)))
    count = len(content) // PAGE_BYTES
    leaf = content[PAGE_BYTES : 2 * PAGE_BYTES]
    changed = bytearray(content)
    changed[PAGE_BYTES : 2 * PAGE_BYTES] = inner_page(count + 1)
    changed += inner_page(count + 2) + inner_page(count + 3) + leaf
    changed[28:32] = struct.pack(">I", count + 3)
    with pytest.raises(ValueError, match="too many packages"):
        read(rpm.PROBES, PATH, bytes(changed))


def test_mutants_are_read_or_refused() -> None:
    for content in mutants(database(), 300):
        try:
            found = read(rpm.PROBES, PATH, content)
        except ValueError:
            continue
        assert all(package.name for package in found)
