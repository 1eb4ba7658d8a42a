"""apk's database: the packages of an Alpine or Wolfi image and their files (apk-package(5), "installed" database)."""

import re

from msgspec import Struct

from layerscope.layers.probe import Probe

INSTALLED = "apk-installed"
_PACKAGE_LIMIT = 100_000
# A file takes three lines at most.
_LINE_LIMIT = 4_000_000
# Linux takes no longer path.
_PATH_LIMIT_BYTES = 4_096
_PATHS_LIMIT_BYTES = 64 << 20
# Name, version, architecture, installed size in bytes.
_FIELDS = (b"P:", b"V:", b"A:", b"I:")
_SIZE = re.compile(r"[0-9]{1,15}", re.ASCII)


class ApkPackage(Struct, frozen=True):
    """One installed package; `lines` are its files' paths, one a line."""

    name: str
    version: str
    architecture: str
    installed_bytes: int | None
    lines: bytes


class _Reader:
    """Takes the lines one by one: a list of them all may be many times the content."""

    def __init__(self) -> None:
        self.packages: list[ApkPackage] = []
        self._fields: dict[bytes, str] = {}
        self._folder = b""
        self._paths = bytearray()
        self._paths_bytes = 0

    def read(self, line: bytes) -> None:
        key, value = line[:2], line[2:]
        if not line:
            self.finish()
        elif key in _FIELDS:
            self._fields[key] = value.strip().decode("utf-8", "replace")
        elif key == b"F:":
            self._folder = value.strip(b"/") + b"/" if value else b""
        elif key == b"R:":
            self._add_path(self._folder + value)

    def finish(self) -> None:
        """End a package's paragraph."""
        fields = self._fields
        if fields.get(b"P:") and fields.get(b"V:"):
            size = _size_bytes(fields.get(b"I:", ""))
            paths = bytes(self._paths).removesuffix(b"\n")
            self.packages.append(ApkPackage(fields[b"P:"], fields[b"V:"], fields.get(b"A:", ""), size, paths))
        if len(self.packages) > _PACKAGE_LIMIT:
            raise ValueError(f"it names over {_PACKAGE_LIMIT} packages")
        self._fields, self._folder, self._paths = {}, b"", bytearray()

    def _add_path(self, path: bytes) -> None:
        self._paths_bytes += len(path) + 1
        if len(path) > _PATH_LIMIT_BYTES or self._paths_bytes > _PATHS_LIMIT_BYTES:
            raise ValueError("its paths are too long")
        self._paths += path + b"\n"


def _read(_path: bytes, content: bytes) -> tuple[ApkPackage, ...]:
    if content.count(b"\n") > _LINE_LIMIT:
        raise ValueError(f"it has over {_LINE_LIMIT} lines")
    reader = _Reader()
    start = 0
    while (end := content.find(b"\n", start)) >= 0:
        reader.read(content[start:end])
        start = end + 1
    reader.read(content[start:])
    reader.finish()
    if not reader.packages and content.strip():
        raise ValueError("it names no package")
    return tuple(reader.packages)


def _size_bytes(text: str) -> int | None:
    return int(text) if _SIZE.fullmatch(text) else None


PROBES = (Probe(INSTALLED, ("lib/apk/db/installed", "usr/lib/apk/db/installed"), 64 << 20, _read),)
