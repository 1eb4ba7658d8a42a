"""Installed Python distributions: what they are called, which files they brought, and where they came from.

"Recording installed projects", "Core metadata" and "Direct URL data structure" of the Python packaging specifications;
for `.egg-info` and `.egg-link` setuptools' "Python eggs".
"""

import csv
import io
import json
import re
from typing import Any

from msgspec import Struct

from layerscope.layers.probe import Probe

METADATA = "python-metadata"
RECORD = "python-record"
INSTALLER = "python-installer"
SOURCE = "python-origin"
_HEADER_LIMIT_BYTES = 1 << 16
_FILE_LIMIT = 500_000
_URL_LIMIT = 4_096
_PATHS_LIMIT_BYTES = 64 << 20


class PythonMetadata(Struct, frozen=True):
    """What a distribution calls itself."""

    name: str
    version: str


class PythonRecord(Struct, frozen=True):
    """The files of a distribution, one a line: relative to the folder that its `.dist-info` lies in, or absolute."""

    lines: bytes


class PythonInstaller(Struct, frozen=True):
    """The tool that installed a distribution, in its own words: `pip`, `uv`, `conda`."""

    name: str


class PythonSource(Struct, frozen=True):
    """Where a distribution came from if not from an index: a URL without credentials; editable code stays there."""

    url: str
    is_editable: bool


def _read_metadata(_path: bytes, content: bytes) -> PythonMetadata:
    fields: dict[str, str] = {}
    for line in content[:_HEADER_LIMIT_BYTES].decode("utf-8", "replace").splitlines():
        if not line:
            break
        key, colon, value = line.partition(":")
        if colon and not line[0].isspace():
            fields.setdefault(key.lower(), value.strip())
    if not fields.get("name") or not fields.get("version"):
        raise ValueError("it has no name or no version")
    return PythonMetadata(fields["name"], fields["version"])


def _read_record(_path: bytes, content: bytes) -> PythonRecord:
    _check_count(content)
    if b'"' not in content:
        return PythonRecord(b"\n".join(line.rsplit(b",", 2)[0] for line in content.splitlines() if line))
    text = io.StringIO(content.decode("utf-8", "surrogateescape"), newline="")
    try:
        names = [row[0] for row in csv.reader(text) if row and "\n" not in row[0]]
    except csv.Error as error:
        raise ValueError(str(error)) from error
    return PythonRecord("\n".join(names).encode("utf-8", "surrogateescape"))


def _read_installed_files(path: bytes, content: bytes) -> PythonRecord:
    """The list that `setup.py install` and `pip` without wheels wrote, relative to the `.egg-info` itself."""
    _check_count(content)
    folder = path.rpartition(b"/")[0].rpartition(b"/")[2] + b"/"
    lines = [line for line in content.splitlines() if line]
    if len(folder) * len(lines) > _PATHS_LIMIT_BYTES:
        raise ValueError("its paths are too long")
    return PythonRecord(b"\n".join(line if line[:1] == b"/" else folder + line for line in lines))


def _check_count(content: bytes) -> None:
    if content.count(b"\n") + content.count(b"\r") > _FILE_LIMIT:
        raise ValueError(f"it lists over {_FILE_LIMIT} files")


def _read_installer(_path: bytes, content: bytes) -> PythonInstaller:
    words = content.decode("utf-8", "replace").split()
    if not words:
        raise ValueError("it names no tool")
    return PythonInstaller(words[0][:100])


def _read_direct_url(_path: bytes, content: bytes) -> PythonSource:
    try:
        document = json.loads(content)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    url = document.get("url") if isinstance(document, dict) else None
    if not isinstance(url, str):
        raise ValueError("it has no URL")
    return PythonSource(_without_credentials(url), _is_editable(document))


def _is_editable(document: dict[str, Any]) -> bool:
    folder = document.get("dir_info")
    return isinstance(folder, dict) and folder.get("editable") is True


def _without_credentials(url: str) -> str:
    """A URL without user, password, query and fragment, in any of which a secret may stand."""
    scheme, mark, rest = re.split("[?#]", url[:_URL_LIMIT], maxsplit=1)[0].partition("://")
    host, slash, path = rest.partition("/")
    if not mark:
        return scheme.rpartition("@")[2]
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path}"


def _read_egg_link(_path: bytes, content: bytes) -> PythonSource:
    """What `setup.py develop` leaves: the folder that the code stays in, on the first line."""
    folder = content.partition(b"\n")[0].strip().decode("utf-8", "replace")
    if not folder.startswith("/"):
        raise ValueError("it names no folder")
    return PythonSource(f"file://{folder}", True)


PROBES = (
    Probe(METADATA, ("**/*.dist-info/METADATA", "**/*.egg-info/PKG-INFO", "**/*.egg-info"), 16 << 20, _read_metadata),
    Probe(RECORD, ("**/*.dist-info/RECORD",), 64 << 20, _read_record),
    Probe(RECORD, ("**/*.egg-info/installed-files.txt",), 64 << 20, _read_installed_files),
    Probe(INSTALLER, ("**/*.dist-info/INSTALLER",), 1 << 10, _read_installer),
    Probe(SOURCE, ("**/*.dist-info/direct_url.json",), 64 << 10, _read_direct_url),
    Probe(SOURCE, ("**/*.egg-link",), 64 << 10, _read_egg_link),
)
