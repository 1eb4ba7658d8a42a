"""The packages in rpm's database: an SQLite file whose table `Packages` has one header a package.

So it is since rpm 4.16 (rpm, lib/backend/sqlite.c and docs/manual/hregions.md). sqlite3 reads it from memory, and
nothing but that table.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

from layerscope.probes.rpm_header import PATH_COST_BYTES, RpmPackage, read_header

_HEADERS_LIMIT_BYTES = 96 << 20
_HEADER_LIMIT_BYTES = 32 << 20
# Rows of a crafted schema may share one long text, so that it would be read and kept again and again.
_SCHEMA_TEXT_LIMIT_BYTES = 4_096
_PACKAGE_LIMIT = 20_000
_OBJECT_LIMIT = 1_000
_PATHS_LIMIT_BYTES = 64 << 20
# Reading a row takes four steps.
_STEPS_AT_ONCE = 10_000
_STEP_ROUNDS = 30
# rpm's widest table has three columns, and its longest statement some 130 characters.
_LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: _SCHEMA_TEXT_LIMIT_BYTES,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_COLUMN: 16,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 4_096,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 16,
}
_TABLE = "CREATETABLE'Packages'(hnumINTEGERPRIMARYKEYAUTOINCREMENT,blobBLOBNOTNULL)"


def read_database(content: bytes) -> tuple[RpmPackage, ...]:
    """The packages of a database; raises ValueError."""
    try:
        with closing(sqlite3.connect(":memory:")) as database:
            _open(database, content)
            return tuple(_packages(database))
    except (sqlite3.Error, AttributeError, MemoryError, OverflowError) as error:
        # Where SQLite was built without it, `deserialize` is missing.
        raise ValueError(f"it is no SQLite database that can be read ({error})") from error


def _open(database: sqlite3.Connection, content: bytes) -> None:
    """Make a content the connection's database, without what a stranger's schema could do."""
    if not content.startswith(b"SQLite format 3\0") or len(content) < 512:
        raise ValueError("it is no SQLite database")
    for limit, value in _LIMITS.items():
        database.setlimit(limit, value)
    # The schema too is read under it: rows of a crafted tree of pages may have no end.
    rounds = iter(range(_STEP_ROUNDS))
    database.set_progress_handler(lambda: next(rounds, None) is None, _STEPS_AT_ONCE)
    # The file stands on its own: a write-ahead log, which bytes 18 and 19 announce, could not be read from memory.
    database.deserialize(content[:18] + b"\1\1" + content[20:])
    database.execute("PRAGMA trusted_schema=OFF")
    database.execute("PRAGMA query_only=ON")
    _check_schema(database)
    database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _HEADER_LIMIT_BYTES)


def _check_schema(database: sqlite3.Connection) -> None:
    rows = database.execute(
        "SELECT type, name, rootpage, sql FROM sqlite_master NOT INDEXED LIMIT ?", (_OBJECT_LIMIT + 1,)
    ).fetchall()
    if len(rows) > _OBJECT_LIMIT or any(kind not in ("table", "index") for kind, _, _, _ in rows):
        raise ValueError("its schema is not rpm's")
    tables = [
        (page, "".join(str(sql).split())) for kind, name, page, sql in rows if (kind, name) == ("table", "Packages")
    ]
    if len(tables) != 1 or type(tables[0][0]) is not int or tables[0][0] <= 0 or tables[0][1] != _TABLE:
        raise ValueError("its table of packages is not rpm's")


def _packages(database: sqlite3.Connection) -> Iterator[RpmPackage]:
    left_bytes = _PATHS_LIMIT_BYTES
    headers_bytes = 0
    rows = database.execute("SELECT blob FROM main.Packages NOT INDEXED LIMIT ?", (_PACKAGE_LIMIT + 1,))
    for number, (blob,) in enumerate(rows):
        headers_bytes += len(blob) if isinstance(blob, bytes) else 0
        if number == _PACKAGE_LIMIT or headers_bytes > _HEADERS_LIMIT_BYTES:
            raise ValueError("it has too many packages")
        if not isinstance(blob, bytes):
            raise ValueError("a package's header is no bytes")
        package = read_header(blob, left_bytes)
        left_bytes -= len(package.lines) + PATH_COST_BYTES * package.lines.count(b"\n")
        yield package
