"""Debian packages, and the database that grows as they are installed."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache

from sample_images.recipes.filler import prose
from sample_images.recipes.layer import Layer
from sample_images.recipes.shipped import Shipped, shipped, table

MERGED = ("usr/bin/", "usr/sbin/", "usr/lib/", "usr/lib64/")
STATUS, LOG, INFO = "var/lib/dpkg/status", "var/log/dpkg.log", "var/lib/dpkg/info"


@dataclass(frozen=True, slots=True)
class Package:
    """A package. `pre_merge`: its file list still says `/lib` and `/bin`, where the files are under `/usr`."""

    name: str
    version: str
    description: str
    section: str
    maintainer: str
    files: tuple[Shipped, ...]
    depends: str = ""
    architecture: str = "amd64"
    multi_arch: str = ""
    pre_merge: bool = False

    @property
    def list_name(self) -> str:
        """How its files under `info/` begin; co-installable packages carry their architecture."""
        return f"{self.name}:{self.architecture}" if self.multi_arch == "same" else self.name


@cache
def packages(table_name: str, group: str) -> tuple[Package, ...]:
    """The packages of one group of a table."""
    rows = table(table_name)
    found = []
    for row in rows[group]:
        fields = rows["defaults"] | row
        lines = fields.pop("files", [])
        files = [item for line in lines for item in shipped(line)]
        if fields.pop("notice", True):
            notice = prose(f"License of {row['name']}", 180)
            files.append(Shipped(f"usr/share/doc/{row['name']}/copyright", notice.encode()))
        found.append(Package(**fields, files=tuple(sorted(files, key=lambda item: item.path))))
    return tuple(found)


@dataclass
class DpkgDatabase:
    """What `/var/lib/dpkg` and `/var/log/dpkg.log` hold after the installations so far."""

    installed: dict[str, Package] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)
    log: list[str] = field(default_factory=list)

    def install(self, layer: Layer, *new: Package) -> None:
        """Put packages into a layer, with their file lists and the new state of the database."""
        when = datetime.fromtimestamp(layer.mtime, UTC).strftime("%Y-%m-%d %H:%M:%S")
        for package in new:
            for item in package.files:
                item.put(layer)
            layer.file(f"{INFO}/{package.list_name}.list", file_list(package))
            self.installed[package.name] = package
            self.log.append(f"{when} status installed {package.name}:{package.architecture} {package.version}")
        self.write_status(layer)
        layer.file(LOG, "\n".join(self.log) + "\n")

    def hold(self, layer: Layer, *names: str) -> None:
        """`apt-mark hold`: rewrites the whole status file."""
        self.held.update(names)
        self.write_status(layer)

    def write_status(self, layer: Layer) -> None:
        """Write the status file, sorted by package."""
        stanzas = (self._stanza(self.installed[name]) for name in sorted(self.installed))
        layer.file(STATUS, "\n".join(stanzas))

    def _stanza(self, package: Package) -> str:
        installed_kib = -(-sum(len(item.data) for item in package.files) // 1024)
        lines = [
            f"Package: {package.name}",
            f"Status: {'hold' if package.name in self.held else 'install'} ok installed",
            "Priority: optional",
            f"Section: {package.section}",
            f"Installed-Size: {installed_kib}",
            f"Maintainer: {package.maintainer}",
            f"Architecture: {package.architecture}",
            *([f"Multi-Arch: {package.multi_arch}"] if package.multi_arch else []),
            f"Version: {package.version}",
            *([f"Depends: {package.depends}"] if package.depends else []),
            f"Description: {package.description}",
        ]
        return "\n".join(lines) + "\n"


def file_list(package: Package) -> str:
    """The `.list` of a package: every directory and file, as the package names them."""
    names: dict[str, None] = {"/.": None}
    for item in package.files:
        path = item.path
        if package.pre_merge and path.startswith(MERGED):
            path = path.removeprefix("usr/")
        parts = path.split("/")
        names.update({"/" + "/".join(parts[:depth]): None for depth in range(1, len(parts) + 1)})
    return "\n".join(names) + "\n"
