"""Installed Python distributions: name and version from METADATA, files from RECORD.

"Recording installed projects" and "Core metadata" of the Python packaging specifications.
"""

import csv
from dataclasses import dataclass

from layerscope.layers.probe import Probe

METADATA = "python-metadata"
RECORD = "python-record"
_HEADER_LIMIT_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class PythonMetadata:
    """What a distribution calls itself."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class PythonRecord:
    """The files of a distribution, relative to the folder that its `.dist-info` lies in, one a line."""

    lines: bytes


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
    if b'"' not in content:
        return PythonRecord(b"\n".join(line.rsplit(b",", 2)[0] for line in content.splitlines() if line))
    text = content.decode("utf-8", "surrogateescape")
    try:
        names = [row[0] for row in csv.reader(text.splitlines()) if row]
    except csv.Error as error:
        raise ValueError(str(error)) from error
    return PythonRecord("\n".join(names).encode("utf-8", "surrogateescape"))


PROBES = (
    Probe(METADATA, ("**/*.dist-info/METADATA",), 16 << 20, _read_metadata),
    Probe(RECORD, ("**/*.dist-info/RECORD",), 64 << 20, _read_record),
)
