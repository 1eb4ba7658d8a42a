#!/usr/bin/env python3
"""Count an archive's bytes once more, by other means: the standard library's tarfile and a plain tree of dicts.

Reads a docker archive, hashes every regular file with SHA-256, unpacks each layer into a tree in memory and lays the
trees over one another. Nothing of layerscope is imported; --compare runs it in another process.

examples:
  python benchmarks/oracle.py image.tar
  python benchmarks/oracle.py image.tar --compare
"""

import argparse
import hashlib
import json
import posixpath
import subprocess
import sys
import tarfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[1]
FIGURES = ("stored_bytes", "live_bytes", "superseded_bytes", "duplicate_bytes")
CHUNK_BYTES = 1 << 20
LINK_LIMIT = 40


@dataclass(eq=False, slots=True)
class Inode:
    """A file's content: one object, however many names lead to it."""

    size: int
    content: str


@dataclass(eq=False, slots=True)
class Node:
    """What stands at a path; `children` is None for everything but a directory."""

    inode: Inode | None = None
    target: str | None = None
    children: dict[str, "Node"] | None = None


@dataclass(eq=False, slots=True)
class Layer:
    """One layer, unpacked on its own, and what it says of the layers below."""

    root: Node = field(default_factory=lambda: Node(children={}))
    whiteouts: list[list[str]] = field(default_factory=list)
    opaques: list[list[str]] = field(default_factory=list)
    late_links: list[tuple[Node, list[str]]] = field(default_factory=list)
    stored_bytes: int = 0


def main(argv: list[str]) -> int:
    """Print the figures; the exit status is 1 where --compare finds a difference."""
    about, _, examples = (__doc__ or "").partition("examples:")
    parser = argparse.ArgumentParser(
        description=about, epilog=f"examples:{examples}", formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("archive", type=Path, help="a docker archive, uncompressed")
    parser.add_argument("--compare", action="store_true", help="run layerscope on it too and say where they differ")
    options = parser.parse_args(argv)
    counted = count(options.archive)
    theirs = ask_layerscope(options.archive) if options.compare else {}
    for name in FIGURES:
        other = f"{theirs[name]:>20,}  {'equal' if theirs[name] == counted[name] else 'DIFFERS'}" if theirs else ""
        say(f"{name:<18}{counted[name]:>20,}{other}")
    return int(bool(theirs) and theirs != counted)


def count(archive: Path) -> dict[str, int]:
    """The four figures of a docker archive."""
    final, stored = Node(children={}), 0
    for layer in read_layers(archive):
        stored += layer.stored_bytes
        final = stack(final, layer)
    inodes = {id(inode): inode for inode in live_inodes(final)}
    live = sum(inode.size for inode in inodes.values())
    copies = Counter((inode.size, inode.content) for inode in inodes.values())
    duplicate = sum(size * (number - 1) for (size, _), number in copies.items())
    return dict(zip(FIGURES, (stored, live, stored - live, duplicate), strict=True))


def ask_layerscope(archive: Path) -> dict[str, int]:
    """The same figures from layerscope."""
    command = [sys.executable, "-m", "layerscope", "analyze", str(archive.resolve()), "--json", "-", "--quiet"]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE)
    sizes = json.loads(done.stdout)["sizes"]
    return {name: sizes[name] for name in FIGURES}


def read_layers(archive: Path) -> Iterator[Layer]:
    """Every layer that manifest.json names, from the bottom; one that it names twice comes twice."""
    with tarfile.open(archive, "r:") as outer:
        (image,) = json.load(content_of(outer, outer.getmember("manifest.json")))
        for number, name in enumerate(image.get("Layers") or image.get("layers") or []):
            say(f"layer {number}: {name}", sys.stderr)
            with tarfile.open(fileobj=content_of(outer, find(outer, name)), mode="r:", errorlevel=2) as inner:
                yield unpack(inner)


def find(outer: tarfile.TarFile, name: str) -> tarfile.TarInfo:
    """A member of the archive, links followed."""
    member = outer.getmember(name)
    while member.issym() or member.islnk():
        base = posixpath.dirname(member.name) if member.issym() else ""
        member = outer.getmember(posixpath.normpath(posixpath.join(base, member.linkname)))
    return member


def content_of(tar: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    """A member's bytes."""
    content = tar.extractfile(member)
    if content is None:
        raise SystemExit(f"{member.name} is no file")
    return content


def unpack(tar: tarfile.TarFile) -> Layer:
    """Write a layer's entries, in order, into an empty tree."""
    layer = Layer()
    for member in tar:
        inode = read_file(tar, member) if member.isreg() else None
        layer.stored_bytes += inode.size if inode else 0
        place(layer, member, inode)
    for node, target in layer.late_links:
        node.inode = inode_at(layer.root, target)
    layer.late_links = [(node, target) for node, target in layer.late_links if node_at(layer.root, target) is None]
    return layer


def read_file(tar: tarfile.TarFile, member: tarfile.TarInfo) -> Inode:
    """A file's size and hash; of a sparse file what the tar holds of it, and its map."""
    content = content_of(tar, member)
    holes: list[tuple[int, int]] | None = getattr(member, "sparse", None)
    hasher = hashlib.sha256(repr(holes).encode() if holes else b"")
    for start, size in holes if holes else [(0, member.size)]:
        content.seek(start)
        missing = size
        while missing and (piece := content.read(min(missing, CHUNK_BYTES))):
            hasher.update(piece)
            missing -= len(piece)
        if missing:
            raise SystemExit(f"{member.name} ends early")
    return Inode(sum(size for _, size in holes) if holes else member.size, hasher.hexdigest())


def place(layer: Layer, member: tarfile.TarInfo, inode: Inode | None) -> None:
    """Write one entry as an unpacker does: over what was there, through links in its parents."""
    *above, name = split(member.name) or [""]
    if not name:
        return
    above = follow(layer.root, above)
    if name == ".wh..wh..opq" or is_whiteout(member, name):
        if make_directories(layer.root, above, replace=False) is None:
            return
        if name == ".wh..wh..opq":
            layer.opaques.append(above)
        else:
            layer.whiteouts.append([*above, name.removeprefix(".wh.")])
        return
    parent = make_directories(layer.root, above, replace=True)
    if parent is None:
        return
    if member.isdir():
        make_directory(parent, name)
        return
    node = Node(inode, member.linkname if member.issym() else None)
    if member.islnk():
        target = split(member.linkname)
        target = [*follow(layer.root, target[:-1]), *target[-1:]]
        node.inode = inode_at(layer.root, target)
        if node_at(layer.root, target) is None:
            layer.late_links.append((node, target))
    children(parent)[name] = node


def is_whiteout(member: tarfile.TarInfo, name: str) -> bool:
    """Whether an entry hides a name below: by its prefix, or as overlayfs's own 0:0 device; aufs's names do not."""
    if member.ischr() and (member.devmajor, member.devminor) == (0, 0):
        return True
    return name.startswith(".wh.") and not name.startswith(".wh..wh.") and not member.isdir()


def split(path: str) -> list[str]:
    """The parts of a path; `..` stops at the root."""
    return posixpath.normpath("/" + path).strip("/").split("/") if path.strip("/.") else []


def follow(root: Node, above: list[str]) -> list[str]:
    """A directory's path with the layer's own symbolic links resolved; circles are left as they are."""
    done: list[str] = []
    pending, followed = above[::-1], 0
    while pending:
        part = pending.pop()
        if part == "..":
            del done[-1:]
            continue
        if part in ("", "."):
            continue
        done.append(part)
        node = node_at(root, done)
        if node is not None and node.target is not None:
            followed += 1
            if followed > LINK_LIMIT:
                return above
            done = [] if node.target.startswith("/") else done[:-1]
            pending += node.target.split("/")[::-1]
    return done


def stack(lower: Node, layer: Layer) -> Node:
    """The root directory with one layer more: whiteouts and links look at what was below, then the trees merge."""
    for node, target in layer.late_links:
        node.inode = inode_at(lower, target)
    for path in layer.whiteouts:
        parent = node_at(lower, path[:-1])
        if parent is not None and parent.children is not None:
            parent.children.pop(path[-1], None)
    for path in layer.opaques:
        hidden = node_at(lower, path)
        if hidden is not None and hidden.children is not None:
            hidden.children.clear()
    return merge(lower, layer.root)


def merge(lower: Node | None, upper: Node) -> Node:
    """A directory over a directory keeps what only the lower one has; anything else replaces what was there."""
    if lower is None or lower.children is None or upper.children is None:
        return upper
    for name, node in upper.children.items():
        lower.children[name] = merge(lower.children.get(name), node)
    return lower


def live_inodes(node: Node) -> Iterator[Inode]:
    """Every content that a name below a node leads to, once for each name."""
    if node.inode is not None:
        yield node.inode
    for child in (node.children or {}).values():
        yield from live_inodes(child)


def node_at(root: Node, path: list[str]) -> Node | None:
    """What stands at a path, no links followed."""
    node: Node | None = root
    for part in path:
        node = (node.children or {}).get(part) if node else None
    return node


def inode_at(root: Node, path: list[str]) -> Inode | None:
    """The content that a path names, None where it names none."""
    node = node_at(root, path)
    return node.inode if node else None


def make_directories(node: Node, path: list[str], *, replace: bool) -> Node | None:
    """The directory at a path, made where it is missing; None where something else is in the way and is to stay."""
    for part in path:
        below = node_at(node, [part])
        if below is not None and below.children is None and not replace:
            return None
        node = make_directory(node, part)
    return node


def make_directory(parent: Node, name: str) -> Node:
    """The directory of that name; whatever else was there is gone."""
    node = children(parent).get(name)
    if node is None or node.children is None:
        node = children(parent)[name] = Node(children={})
    return node


def children(directory: Node) -> dict[str, Node]:
    """A directory's entries."""
    if directory.children is None:
        raise SystemExit("an entry stands below something that is no directory")
    return directory.children


def say(text: str, stream: IO[str] = sys.stdout) -> None:
    """One line."""
    stream.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
