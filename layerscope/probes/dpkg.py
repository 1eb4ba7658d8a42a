"""dpkg's database: installed packages, the files each brought, diverted paths (dpkg(1), FILES; deb822(5)).

Only some fields of each paragraph are read, which is less work than to import a parser of all of them.
"""

import re
from collections.abc import Iterator

from msgspec import Struct

from layerscope.layers.probe import Probe

STATUS = "dpkg-status"
FILE_LIST = "dpkg-file-list"
DIVERSIONS = "dpkg-diversions"
# Debian as a whole has some 70,000.
_PACKAGE_LIMIT = 100_000
_DIVERSION_LIMIT = 10_000
_PATH_LIMIT = 500_000
_PARAGRAPH_LIMIT_BYTES = 1 << 20
_GAP = re.compile(rb"\n[ \t\n]*\n")
_FIELD = re.compile(
    rb"^(Package|Version|Architecture|Status|Multi-Arch|Installed-Size|Depends|Pre-Depends|Recommends|Provides"
    rb"|Essential|Protected|Important|Priority|Section)[ \t]*:([^\n]*(?:\n[ \t][^\n]*)*)",
    re.MULTILINE | re.IGNORECASE,
)
_CHECKSUM = re.compile(rb"^[0-9a-fA-F]{32} [ *]([^\n]+)$", re.MULTILINE)
_SIZE = re.compile(r"[0-9]{1,15}", re.ASCII)


class DpkgPackage(Struct, frozen=True):
    """One package of a status file; relations to others as they are written there, empty where there are none.

    `is_installed` is unset where only configuration files are left; `is_essential` covers `Protected` too, and
    `is_held` is for packages that are to stay as they are.
    """

    name: str
    architecture: str
    version: str
    is_installed: bool = True
    multi_arch: str = ""
    installed_kib: int | None = None
    depends: str = ""
    pre_depends: str = ""
    recommends: str = ""
    provides: str = ""
    is_essential: bool = False
    is_held: bool = False
    priority: str = ""
    section: str = ""


class DpkgFileList(Struct, frozen=True):
    """The paths of one package, one a line: a `.list` file as it is, or the names of a `.md5sums` file."""

    name: str
    lines: bytes


class Diversion(Struct, frozen=True):
    """A path that `package` keeps for itself (every package, where it is empty): others' file lies at `target`."""

    path: bytes
    target: bytes
    package: str


def _paragraphs(content: bytes) -> Iterator[bytes]:
    """The paragraphs of a file in dpkg's format, which blank lines part."""
    text = content.replace(b"\r\n", b"\n")
    start = 0
    for gap in _GAP.finditer(text):
        yield text[start : min(gap.start(), start + _PARAGRAPH_LIMIT_BYTES)]
        start = gap.end()
    yield text[start : start + _PARAGRAPH_LIMIT_BYTES]


def _read_status(_path: bytes, content: bytes) -> tuple[DpkgPackage, ...]:
    packages = []
    for number, paragraph in enumerate(_paragraphs(content)):
        if number == _PACKAGE_LIMIT:
            raise ValueError(f"it names over {_PACKAGE_LIMIT} packages")
        package = _package({match[1].lower(): _text(match[2]) for match in _FIELD.finditer(paragraph)})
        if package is not None:
            packages.append(package)
    if not packages and content.strip():
        raise ValueError("it names no package")
    return tuple(packages)


def _text(value: bytes) -> str:
    return " ".join(value.decode("utf-8", "replace").split())


def _package(fields: dict[bytes, str]) -> DpkgPackage | None:
    if not fields.get(b"package") or not fields.get(b"version"):
        return None
    size, status = fields.get(b"installed-size", ""), fields.get(b"status", "")
    return DpkgPackage(
        fields[b"package"],
        fields.get(b"architecture", ""),
        fields[b"version"],
        # A distroless image's paragraphs come from the packages themselves and have no status.
        status.rpartition(" ")[2] not in ("not-installed", "config-files"),
        fields.get(b"multi-arch", ""),
        int(size) if _SIZE.fullmatch(size) else None,
        fields.get(b"depends", ""),
        fields.get(b"pre-depends", ""),
        fields.get(b"recommends", ""),
        fields.get(b"provides", ""),
        "yes" in (fields.get(b"essential"), fields.get(b"protected"), fields.get(b"important")),
        status.startswith("hold "),
        fields.get(b"priority", ""),
        fields.get(b"section", ""),
    )


def _read_file_list(path: bytes, content: bytes) -> DpkgFileList:
    if content.count(b"\n") > _PATH_LIMIT:
        raise ValueError(f"it lists over {_PATH_LIMIT} paths")
    return DpkgFileList(_list_name(path, b".list"), content)


def _read_checksums(path: bytes, content: bytes) -> DpkgFileList:
    """The list that a distroless image has instead; its package is the one whose status lies beside it."""
    lines = b"\n".join(match[1] for match in _CHECKSUM.finditer(content))
    if not lines and content.strip():
        raise ValueError("it has no checksum")
    return DpkgFileList(_list_name(path, b".md5sums"), lines)


def _list_name(path: bytes, suffix: bytes) -> str:
    """The package that a list is of: the file's name without the architecture that may stand behind it."""
    return path.rpartition(b"/")[2].removesuffix(suffix).partition(b":")[0].decode("utf-8", "replace")


def _read_diversions(_path: bytes, content: bytes) -> tuple[Diversion, ...]:
    lines = content.splitlines()
    if len(lines) % 3:
        raise ValueError("a diversion takes three lines, and there are some left over")
    if len(lines) > 3 * _DIVERSION_LIMIT:
        raise ValueError(f"it has over {_DIVERSION_LIMIT} diversions")
    groups = zip(lines[::3], lines[1::3], lines[2::3], strict=True)
    return tuple(
        Diversion(path, target, "" if name == b":" else name.decode("utf-8", "replace"))
        for path, target, name in groups
    )


PROBES = (
    Probe(FILE_LIST, ("var/lib/dpkg/info/*.list",), 32 << 20, _read_file_list),
    Probe(FILE_LIST, ("var/lib/dpkg/status.d/*.md5sums",), 32 << 20, _read_checksums),
    Probe(STATUS, ("var/lib/dpkg/status", "var/lib/dpkg/status.d/*"), 32 << 20, _read_status),
    Probe(DIVERSIONS, ("var/lib/dpkg/diversions",), 4 << 20, _read_diversions),
)
