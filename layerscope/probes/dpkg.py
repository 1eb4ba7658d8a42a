"""dpkg's database: which packages are installed, and which files each brought (dpkg(1), FILES; deb822(5)).

Three fields of each paragraph are read, which is less work than to import a parser of all of them.
"""

import re
from dataclasses import dataclass

from layerscope.layers.probe import Probe

STATUS = "dpkg-status"
FILE_LIST = "dpkg-file-list"
_PARAGRAPHS = re.compile(rb"\n[ \t]*\n")
_FIELD = re.compile(rb"^(Package|Version|Architecture)[ \t]*:([^\n]*)", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DpkgPackage:
    """One installed package of a status file."""

    name: str
    architecture: str
    version: str


@dataclass(frozen=True, slots=True)
class DpkgFileList:
    """The paths of one package as its `.list` file has them, one a line."""

    name: str
    lines: bytes


def _read_status(path: bytes, content: bytes) -> tuple[DpkgPackage, ...]:
    if path.endswith(b".md5sums"):
        # Distroless images keep checksums beside the status of each package.
        return ()
    packages = []
    for paragraph in _PARAGRAPHS.split(content.replace(b"\r\n", b"\n")):
        fields = {key.lower(): value.strip().decode("utf-8", "replace") for key, value in _FIELD.findall(paragraph)}
        if b"package" in fields and b"version" in fields:
            packages.append(DpkgPackage(fields[b"package"], fields.get(b"architecture", ""), fields[b"version"]))
    if not packages and content.strip():
        raise ValueError("it names no package")
    return tuple(packages)


def _read_file_list(path: bytes, content: bytes) -> DpkgFileList:
    name = path.rpartition(b"/")[2].removesuffix(b".list").partition(b":")[0]
    return DpkgFileList(name.decode("utf-8", "replace"), content)


PROBES = (
    Probe(STATUS, ("var/lib/dpkg/status", "var/lib/dpkg/status.d/*"), 32 << 20, _read_status),
    Probe(FILE_LIST, ("var/lib/dpkg/info/*.list",), 32 << 20, _read_file_list),
)
