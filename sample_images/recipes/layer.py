"""One layer: entries in, an uncompressed tar out."""

import tarfile
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

TarFormat = Literal[0, 1, 2]
SPECIAL_DIRECTORIES = {  # path: (mode, owner)
    "tmp": (0o1777, 0),
    "var/tmp": (0o1777, 0),
    "root": (0o700, 0),
    "var/cache/apt/archives/partial": (0o700, 100),
    "var/lib/apt/lists/partial": (0o700, 100),
    "root/.cache/pip": (0o700, 0),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One tar record to be. `target` is what a link points at."""

    path: str
    kind: bytes = tarfile.REGTYPE
    data: bytes = b""
    mode: int = 0o644
    owner: int = 0
    target: str = ""
    xattrs: tuple[tuple[str, str], ...] = ()


@dataclass
class Layer:
    """A changeset. Missing parent directories are added, entries are sorted, equal paths keep their order."""

    mtime: int
    tar_format: TarFormat = tarfile.PAX_FORMAT
    entries: list[Entry] = field(default_factory=list)

    def add(self, entry: Entry) -> None:
        """Add any entry."""
        self.entries.append(entry)

    def file(self, path: str, data: bytes | str, *, mode: int = 0o644, owner: int = 0) -> None:
        """Add a regular file."""
        self.add(Entry(path, data=data.encode() if isinstance(data, str) else data, mode=mode, owner=owner))

    def directory(self, path: str, *, mode: int | None = None, owner: int | None = None) -> None:
        """Add a directory."""
        usual_mode, usual_owner = SPECIAL_DIRECTORIES.get(path, (0o755, 0))
        mode = usual_mode if mode is None else mode
        owner = usual_owner if owner is None else owner
        self.add(Entry(path, tarfile.DIRTYPE, mode=mode, owner=owner))

    def symlink(self, path: str, target: str) -> None:
        """Add a symbolic link."""
        self.add(Entry(path, tarfile.SYMTYPE, mode=0o777, target=target))

    def hardlink(self, path: str, target: str, *, mode: int = 0o644) -> None:
        """Add a further name of a file that sorts before it."""
        self.add(Entry(path, tarfile.LNKTYPE, mode=mode, target=target))

    def whiteout(self, path: str) -> None:
        """Hide a path of the layers below."""
        parent, _, name = path.rpartition("/")
        self.add(Entry(f"{parent}/.wh.{name}".lstrip("/"), mode=0))

    def opaque(self, path: str) -> None:
        """Hide everything that the layers below have in a directory."""
        self.add(Entry(f"{path}/.wh..wh..opq", mode=0))

    @cached_property
    def tar(self) -> bytes:
        """The layer as an uncompressed tar; add nothing afterwards."""
        return tar_bytes([(_tar_info(entry, self.mtime), entry.data) for entry in self._complete()], self.tar_format)

    def _complete(self) -> list[Entry]:
        """Every entry with its parent directories, in the order of a directory walk."""
        known = {entry.path for entry in self.entries if entry.kind == tarfile.DIRTYPE}
        whole = Layer(self.mtime, entries=list(self.entries))
        for entry in self.entries:
            parent = entry.path.rpartition("/")[0]
            while parent and parent not in known:
                known.add(parent)
                whole.directory(parent)
                parent = parent.rpartition("/")[0]
        return sorted(whole.entries, key=lambda entry: entry.path.split("/"))


def tar_bytes(members: list[tuple[tarfile.TarInfo, bytes]], tar_format: TarFormat = tarfile.USTAR_FORMAT) -> bytes:
    """A tar of the given members, ended by two zero blocks and no more (`tarfile` pads to 10,240 bytes)."""
    out = bytearray()
    for info, data in members:
        out += info.tobuf(tar_format, "utf-8", "surrogateescape")
        out += data + bytes(-len(data) % tarfile.BLOCKSIZE)
    return bytes(out) + bytes(2 * tarfile.BLOCKSIZE)


def _tar_info(entry: Entry, mtime: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(entry.path)
    info.type, info.size, info.mode, info.mtime = entry.kind, len(entry.data), entry.mode, mtime
    info.uid = info.gid = entry.owner
    info.linkname = entry.target
    info.pax_headers = {f"SCHILY.xattr.{name}": value for name, value in entry.xattrs}
    return info
