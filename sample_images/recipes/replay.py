"""What a reader of the archives should count, found the simple way: replay the layers in a dictionary.

Nothing of layerscope is used here, and `tarfile` reads the layers: the numbers are a second opinion.
"""

import io
import tarfile
from dataclasses import dataclass, field
from hashlib import sha256

CAUSES = (
    "overwritten",
    "metadata-only",
    "rewritten-identical",
    "deleted",
    "deleted-with-directory",
    "opaque",
    "replaced-by-other-type",
    "repeated-in-layer",
)
CATEGORIES = ("apt-lists", "apt-archives", "pip-cache", "model-weights", "python-bytecode", "documentation")
MODEL_SUFFIXES = (".safetensors", ".onnx", ".gguf", ".pt", ".pth", ".ckpt")


@dataclass(eq=False)
class Inode:
    """A file's content: live while any name is left."""

    content: bytes
    metadata: tuple[object, ...]
    names: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Node:
    """What a path shows; `inode` is there for regular files and their hard links."""

    kind: str
    layer: int
    inode: Inode | None = None


@dataclass
class Replay:
    """The file system after the layers so far, and what has been hidden on the way."""

    tree: dict[str, Node] = field(default_factory=dict)
    stored_bytes: int = 0
    entries: int = 0
    by_cause: dict[str, int] = field(default_factory=lambda: dict.fromkeys(CAUSES, 0))
    by_category: dict[str, int] = field(default_factory=lambda: dict.fromkeys(CATEGORIES, 0))
    layers: int = 0

    def apply(self, layer: bytes) -> None:
        """Apply one layer: whiteouts first, since they concern lower layers only."""
        with tarfile.open(fileobj=io.BytesIO(layer)) as archive:
            members = [(member, _content(archive, member)) for member in archive]
        for member, _ in members:
            self._whiteout(member.name)
        for member, content in members:
            self.entries += 1
            if not _is_whiteout(member.name):
                self._entry(member, content)
        self.layers += 1

    def expected(self) -> dict[str, object]:
        """The numbers."""
        inodes = {node.inode for node in self.tree.values() if node.inode}
        contents: dict[bytes, list[int]] = {}
        for inode in inodes:
            contents.setdefault(sha256(inode.content).digest(), []).append(len(inode.content))
        live_bytes = sum(len(inode.content) for inode in inodes)
        return {
            "layers": self.layers,
            "entries": self.entries,
            "stored_bytes": self.stored_bytes,
            "live_bytes": live_bytes,
            "superseded_bytes": self.stored_bytes - live_bytes,
            "duplicate_bytes": sum(sum(sizes) - sizes[0] for sizes in contents.values()),
            "superseded_bytes_by_cause": self.by_cause,
            "stored_bytes_by_category": self.by_category,
        }

    def _whiteout(self, path: str) -> None:
        folder, _, name = path.rpartition("/")
        if name == ".wh..wh..opq":
            self._hide_below(folder, "opaque")
        elif name.startswith(".wh."):
            hidden = f"{folder}/{name.removeprefix('.wh.')}".lstrip("/")
            self._hide_below(hidden, "deleted-with-directory")
            self._hide(hidden, "deleted")

    def _entry(self, member: tarfile.TarInfo, content: bytes) -> None:
        path = member.name.rstrip("/")
        kind = "file" if member.isreg() or member.islnk() else "directory" if member.isdir() else "other"
        linked = self.tree[member.linkname.rstrip("/")].inode if member.islnk() else None
        inode = linked or Inode(content, _metadata(member)) if kind == "file" else None
        if member.isreg():
            self.stored_bytes += member.size
            if category := category_of(path):
                self.by_category[category] += member.size
        present = self.tree.get(path)
        if present and not (present.kind == kind == "directory"):
            cause = self._replacement_cause(present, kind, inode)
            self._hide_below(path, cause)
            self._hide(path, cause)
        self.tree[path] = Node(kind, self.layers, inode)
        if inode:
            inode.names.add(path)

    def _replacement_cause(self, present: Node, kind: str, inode: Inode | None) -> str:
        if present.layer == self.layers:
            return "repeated-in-layer"
        if present.kind != kind:
            return "replaced-by-other-type"
        if present.inode and inode and present.inode.content == inode.content:
            return "rewritten-identical" if present.inode.metadata == inode.metadata else "metadata-only"
        return "overwritten"

    def _hide_below(self, folder: str, cause: str) -> None:
        for path in [path for path in self.tree if path.startswith(f"{folder}/")]:
            self._hide(path, cause)

    def _hide(self, path: str, cause: str) -> None:
        node = self.tree.pop(path, None)
        if node and node.inode:
            node.inode.names.discard(path)
            if not node.inode.names:
                self.by_cause[cause] += len(node.inode.content)


def category_of(path: str) -> str | None:
    """The category of a path, for the categories that these samples are about."""
    if path.startswith("var/lib/apt/lists/"):
        return "apt-lists"
    if path.startswith("var/cache/apt/archives/") or (path.startswith("var/cache/apt/") and path.endswith(".bin")):
        return "apt-archives"
    if path.startswith("root/.cache/pip/"):
        return "pip-cache"
    if path.endswith(MODEL_SUFFIXES):
        return "model-weights"
    if path.endswith(".pyc"):
        return "python-bytecode"
    if path.startswith(("usr/share/doc/", "usr/share/man/", "usr/share/info/")):
        return "documentation"
    return None


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    stream = archive.extractfile(member) if member.isreg() else None
    return stream.read() if stream else b""


def _is_whiteout(path: str) -> bool:
    return path.rpartition("/")[2].startswith(".wh.")


def _metadata(member: tarfile.TarInfo) -> tuple[object, ...]:
    return member.mode, member.uid, member.gid, member.mtime, tuple(sorted(member.pax_headers.items()))
