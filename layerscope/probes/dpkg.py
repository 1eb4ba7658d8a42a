"""dpkg's database: which packages are installed, and which files each brought (dpkg(1), FILES)."""

from dataclasses import dataclass

from debian_inspector.debcon import get_paragraphs_data

from layerscope.layers.probe import Probe

STATUS = "dpkg-status"
FILE_LIST = "dpkg-file-list"


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
    packages: list[DpkgPackage] = []
    if path.endswith(b".md5sums"):
        # Distroless images keep checksums beside the status of each package.
        return ()
    for paragraph in get_paragraphs_data(content.decode("utf-8", "replace")):
        fields = {str(key).lower(): str(value) for key, value in paragraph.items()}
        if "package" not in fields or "version" not in fields:
            if fields.get("package") or not any(fields.values()):
                continue
            raise ValueError("a paragraph names no package")
        packages.append(DpkgPackage(fields["package"], fields.get("architecture", ""), fields["version"]))
    return tuple(packages)


def _read_file_list(path: bytes, content: bytes) -> DpkgFileList:
    name = path.rpartition(b"/")[2].removesuffix(b".list").partition(b":")[0]
    return DpkgFileList(name.decode("utf-8", "replace"), content)


PROBES = (
    Probe(STATUS, ("var/lib/dpkg/status", "var/lib/dpkg/status.d/*"), 32 << 20, _read_status),
    Probe(FILE_LIST, ("var/lib/dpkg/info/*.list",), 32 << 20, _read_file_list),
)
