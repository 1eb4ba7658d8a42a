"""A naive reference model of how layers apply, to check the real index against.

It follows the OCI image spec ("changesets") with overlayfs's semantics and prefers clarity to speed: every layer is
reduced to its whiteouts and its last entries, then laid over what the layers below left, one path at a time.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tests.images import Item

MAX_SYMLINKS = 40
OPAQUE_NAME = ".wh..wh..opq"
WHITEOUT_PREFIX = ".wh."
# These would hide a directory itself or its parent; the spec says they should be an error.
BAD_WHITEOUTS = (".wh.", ".wh..", ".wh...")


@dataclass(frozen=True, slots=True, order=True)
class Superseded:
    """Bytes that one layer shipped and one layer hid, both as positions from the bottom."""

    path: str
    layer: int
    hidden_by: int
    cause: str
    bytes: int


@dataclass(frozen=True, slots=True)
class LiveEntry:
    """One explicit entry of the final tree; a hard link is a "file" with the bytes of what it names."""

    kind: str
    bytes: int
    target: str


@dataclass(frozen=True, slots=True)
class ModelResult:
    """What is in an image and what is hidden in it."""

    stored_bytes: int
    live_bytes: int
    superseded: tuple[Superseded, ...]
    duplicate_bytes: int
    live: dict[str, LiveEntry]


@dataclass(eq=False, slots=True)
class Name:
    """One entry of one layer: a name in the tree, and once it is hidden, by which layer and why."""

    path: str
    item: Item
    layer: int
    inode: "Inode | None" = None
    linked_path: str | None = None
    linked_name: "Name | None" = None
    hidden: tuple[int, str] | None = None

    @property
    def kind(self) -> str:
        """Return the kind of the entry, for a hard link of what it leads to; a broken one is a file."""
        if self.item.kind != "hardlink":
            return self.item.kind
        return self.inode.data.kind if self.inode and self.inode.data is not self else "file"


@dataclass(eq=False, slots=True)
class Inode:
    """The content of one regular file with all names it ever had: its own, then links in layer and tar order."""

    data: Name
    names: list[Name] = field(default_factory=list)

    @property
    def content(self) -> bytes:
        """Return the content; that of a broken hard link is empty."""
        return self.data.item.content

    @property
    def metadata(self) -> tuple[object, ...]:
        """Return what a chmod, chown, touch or setfattr would change."""
        item = self.data.item
        return item.mode, item.uid, item.gid, item.mtime, sorted(item.xattrs)

    def is_live(self) -> bool:
        """Say whether any name is left."""
        return any(name.hidden is None for name in self.names)

    def superseded(self) -> Superseded:
        """Return the row of a dead inode: it died with the name that was hidden last."""
        ends = [(name.hidden or (0, ""), name) for name in self.names]
        last_layer = max(hidden_by for (hidden_by, _), _ in ends)
        last = [(cause, name) for (hidden_by, cause), name in ends if hidden_by == last_layer]
        cause = next((cause for cause, name in last if name is self.data), last[0][0])
        return Superseded(self.data.path, self.data.layer, last_layer, cause, len(self.content))


@dataclass(slots=True)
class Changes:
    """One layer on its own: what it hides, and the entries that are left of it at its end."""

    position: int
    whiteouts: set[str] = field(default_factory=set)
    opaques: set[str] = field(default_factory=set)
    current: dict[str, Name] = field(default_factory=dict)
    # Every entry in tar order, also those that the layer itself replaced and the whiteouts that have content.
    names: list[Name] = field(default_factory=list)


def apply_layers(layers: Sequence[Sequence[Item]]) -> ModelResult:
    """Apply layers, bottom first, and return what is live and what is superseded."""
    live: dict[str, Name] = {}
    inodes: list[Inode] = []
    for position, items in enumerate(layers):
        changes = read_layer(position, items)
        settle_links(changes, live)
        inodes += [name.inode for name in changes.names if name.inode and name.inode.data is name]
        apply_changes(live, changes)
    return summarise(live, inodes)


def summarise(live: dict[str, Name], inodes: list[Inode]) -> ModelResult:
    """Return the figures of the final tree."""
    living = [inode for inode in inodes if inode.is_live()]
    dead = [inode for inode in inodes if not inode.is_live() and inode.content]
    copies = Counter(inode.content for inode in living)
    return ModelResult(
        stored_bytes=sum(len(inode.content) for inode in inodes),
        live_bytes=sum(len(inode.content) for inode in living),
        superseded=tuple(sorted(inode.superseded() for inode in dead)),
        duplicate_bytes=sum((count - 1) * len(content) for content, count in copies.items()),
        live={path: live_entry(name) for path, name in sorted(live.items())},
    )


def live_entry(name: Name) -> LiveEntry:
    """Return the public view of a live name."""
    size = len(name.inode.content) if name.inode else 0
    target = name.inode.data.item.target if name.inode and name.kind == "symlink" else ""
    return LiveEntry(name.kind, size, target)


# One layer on its own


def read_layer(position: int, items: Iterable[Item]) -> Changes:
    """Sort a layer's items into whiteouts and entries; the last entry of a path wins."""
    changes = Changes(position)
    for item in items:
        path = through_symlinks(normalise(item.path), changes.current)
        name = Name(path, item, position)
        hides = whiteout_of(path, item)
        if item.kind not in {"dir", "hardlink"}:
            name.inode = Inode(name, [name])
        if hides is None:
            if item.kind == "hardlink":
                name.linked_path = through_symlinks(normalise(item.target), changes.current)
                name.linked_name = changes.current.get(name.linked_path)
            if path:
                write(changes, name)
        else:
            what, hidden_path = hides
            if what == "whiteout":
                changes.whiteouts.add(hidden_path)
            elif what == "opaque":
                changes.opaques.add(hidden_path)
            name.hidden = (position, "deleted")
        changes.names.append(name)
    return changes


def whiteout_of(path: str, item: Item) -> tuple[str, str] | None:
    """Return ("whiteout" | "opaque" | "error", the path it is about), or None for an ordinary entry."""
    parent, _, base = path.rpartition("/")
    if base in BAD_WHITEOUTS or (not path and item.kind != "dir"):
        return "error", path
    if item.kind == "dir":
        return None
    if base == OPAQUE_NAME:
        return "opaque", parent
    if base.startswith(WHITEOUT_PREFIX) and not base.startswith(WHITEOUT_PREFIX * 2):
        return "whiteout", join(parent, base.removeprefix(WHITEOUT_PREFIX))
    if item.kind == "char" and (item.major, item.minor) == (0, 0):
        return "whiteout", path
    return None


def write(changes: Changes, new: Name) -> None:
    """Write an entry over what the same layer wrote before."""
    for path, old in list(changes.current.items()):
        replaced = path == new.path or (new.kind != "dir" and is_below(path, new.path))
        in_the_way = is_below(new.path, path) and old.item.kind not in {"dir", "symlink"}
        if replaced or in_the_way:
            old.hidden = (changes.position, "repeated-in-layer")
            del changes.current[path]
    changes.current[new.path] = new


def settle_links(changes: Changes, lower: dict[str, Name]) -> None:
    """Give each hard link its inode; `lower` is the tree below the layer, before its whiteouts."""
    links = [name for name in changes.names if name.linked_path is not None]
    for link in links:
        data = data_of(link, changes, lower, set())
        link.inode = data.inode if data and data.inode else Inode(link)
        link.inode.names.append(link)


def data_of(name: Name, changes: Changes, lower: dict[str, Name], seen: set[Name]) -> Name | None:
    """Follow a chain of hard links to the entry with the data; None where it is broken."""
    if name.inode:
        return name.inode.data
    if name.linked_path is None or name in seen:
        return None
    found = name.linked_name or changes.current.get(name.linked_path) or lower.get(name.linked_path)
    return data_of(found, changes, lower, seen | {name}) if found else None


# One layer over the layers below


def apply_changes(live: dict[str, Name], changes: Changes) -> None:
    """Lay one layer over the tree: its whiteouts first, wherever they stand in the tar, then its entries."""
    for path in list(live):
        if cause := whiteout_cause(path, changes):
            hide(live, path, changes.position, cause)
    markers = changes.whiteouts | {join(path, OPAQUE_NAME) for path in changes.opaques}
    for path, old in list(live.items()):
        if old.kind != "dir" and any(is_below(made, path) for made in [*markers, *changes.current]):
            hide(live, path, changes.position, "replaced-by-other-type")
    for new in changes.current.values():
        for path, old in list(live.items()):
            if path == new.path:
                hide(live, path, changes.position, replacement_cause(old, new))
            elif new.kind != "dir" and is_below(path, new.path):
                hide(live, path, changes.position, "replaced-by-other-type")
    live.update(changes.current)


def whiteout_cause(path: str, changes: Changes) -> str | None:
    """Return why a layer's whiteouts hide a path of lower layers; the outermost one gives the cause."""
    covers = [(depth(hidden), 0, hidden) for hidden in changes.whiteouts if path == hidden or is_below(path, hidden)]
    covers += [(depth(folder), 1, folder) for folder in changes.opaques if is_below(path, folder)]
    if not covers:
        return None
    _, is_opaque, hidden = min(covers)
    if is_opaque:
        return "opaque"
    return "deleted" if path == hidden else "deleted-with-directory"


def replacement_cause(old: Name, new: Name) -> str:
    """Return why an entry of a lower layer is hidden by one at the same path."""
    if old.inode is None or new.inode is None or old.kind != new.kind:
        return "replaced-by-other-type"
    if old.inode.content != new.inode.content:
        return "overwritten"
    return "rewritten-identical" if old.inode.metadata == new.inode.metadata else "metadata-only"


def hide(live: dict[str, Name], path: str, position: int, cause: str) -> None:
    """Take a name out of the tree."""
    live.pop(path).hidden = (position, cause)


# Paths


def normalise(path: str) -> str:
    """Return a path without ".", "..", "//" and the leading "/", all inside the root, which is ""."""
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part not in {"", "."}:
            parts.append(part)
    return "/".join(parts)


def through_symlinks(path: str, current: dict[str, Name]) -> str:
    """Resolve a path's parent through symlinks of the same layer; a path that loops is returned as it is."""
    parent, _, base = path.rpartition("/")
    ahead, done, hops = parent.split("/"), "", 0
    while ahead:
        part = ahead.pop(0)
        if part == "..":
            done = done.rpartition("/")[0]
        elif part not in {"", "."}:
            link = current.get(join(done, part))
            if link is None or link.item.kind != "symlink":
                done = join(done, part)
                continue
            hops += 1
            if hops > MAX_SYMLINKS:
                return path
            ahead = link.item.target.split("/") + ahead
            done = "" if link.item.target.startswith("/") else done
    return join(done, base)


def join(parent: str, base: str) -> str:
    """Return the path of `base` in a directory."""
    return f"{parent}/{base}" if parent else base


def is_below(path: str, folder: str) -> bool:
    """Say whether a path is strictly below a directory."""
    return path.startswith(f"{folder}/") if folder else path != ""


def depth(path: str) -> int:
    """Return the number of components."""
    return len(path.split("/")) if path else 0
