"""Generated images: few paths, few contents and few modes, so that entries collide, link and hide each other often."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from hypothesis import strategies as st

from tests.images import Item, chardev, directory, fifo, file, hardlink, opaque, symlink, whiteout

Image = list[list[Item]]
# The items so far, each with the path it is about: its own, or the one it hides.
Past = list[tuple[str, Item]]
T = TypeVar("T")

NAMES = ("a", "b", "c", "d")
# Most paths are shallow, so that deep ones have something to collide with.
DEPTHS = (1, 1, 1, 2, 2, 2, 3)
MAX_DEPTH = 3
# How the same path may stand in a header; "a/../" in front changes nothing, since names are normalised first.
SPELLINGS = ("{}",) * 12 + ("./{}", "/{}", ".//{}", "../{}", "a/../{}")
# Several of the same length, since equal sizes are where contents are compared.
CONTENTS = (b"", b"x", b"y", b"xxx", b"yyy", b"zzz", b"x" * 700, b"x" * 699 + b"y")
MODES = (0o644, 0o755)
MTIMES = (0, 0, 0, 1_000_000_000)
XATTRS: tuple[tuple[tuple[str, str], ...], ...] = ((),) * 9 + ((("user.note", "n"),),)
SYMLINK_TARGETS = ("a", "b", "c", "d", "a/b", "/a", "/b", "/c/d", "../a", "../b/c", "../../d", ".", "..", "/", "a/../b")
# 0:0 is a whiteout, every other one an entry.
DEVICES = ((0, 0), (0, 0), (1, 3), (0, 1))
BAD_NAMES = (".wh.", ".wh..", ".wh...")
KINDS = (
    ("file",) * 9
    + ("dir",) * 3
    + ("symlink",) * 3
    + ("hardlink",) * 5
    + ("whiteout",) * 4
    + ("opaque",) * 2
    + ("again",) * 6
    + ("device", "device", "fifo", "odd name", "odd name")
)


class Choices:
    """Where a generated image's decisions come from: hypothesis, or a seeded random number generator."""

    def __init__(self, choose: Callable[[Sequence[object]], object]) -> None:
        self._choose = choose

    def pick(self, options: Sequence[T]) -> T:
        """Return one of the options."""
        return self._choose(options)  # type: ignore[return-value]

    def path(self, past: Past) -> str:
        """Return a path, as a rule one that was used before, or one above or below such a path."""
        new = "/".join(self.pick(NAMES) for _ in range(self.pick(DEPTHS)))
        if not past:
            return new
        old = self.pick(past)[0]
        match self.pick(("old", "old", "old", "above", "below", "new", "new")):
            case "old":
                return old
            case "above":
                return old.rpartition("/")[0] or old
            case "below" if old.count("/") < MAX_DEPTH - 1:
                return f"{old}/{self.pick(NAMES)}"
        return new

    def spelled(self, path: str) -> str:
        """Return one of the ways to write a path."""
        return self.pick(SPELLINGS).format(path)


def images() -> st.SearchStrategy[Image]:
    """Return a strategy of images, each a list of layers from the bottom."""

    @st.composite
    def image(draw: st.DrawFn) -> Image:
        return build_image(Choices(lambda options: draw(st.sampled_from(options))))

    return image()


def seeded(seed: int) -> Image:
    """Return the image of a seed, the same on every machine."""
    return build_image(Choices(random.Random(seed).choice))


def build_image(choices: Choices) -> Image:
    """Return 1 to 4 layers of 0 to 8 items; now and then one layer is listed twice."""
    past: Past = []
    image = [build_layer(choices, past) for _ in range(choices.pick((1, 2, 2, 3, 3, 4)))]
    if len(image) == 3 and choices.pick(range(12)) == 0:
        image.append(choices.pick(image))
    return image


def build_layer(choices: Choices, past: Past) -> list[Item]:
    """Return one layer and remember what it is made of."""
    items: list[Item] = []
    for _ in range(choices.pick(range(9))):
        path = choices.path(past)
        items.append(build_item(choices, path, past))
        past.append((path, items[-1]))
    return items


def build_item(choices: Choices, path: str, past: Past) -> Item:
    """Return an item about a path: an entry, or what hides it."""
    spelled = choices.spelled(path)
    match choices.pick(KINDS):
        case "file":
            return build_file(choices, spelled)
        case "dir":
            return directory(spelled, choices.pick((0o755, 0o700)), mtime=choices.pick(MTIMES))
        case "symlink":
            return symlink(spelled, choices.pick(SYMLINK_TARGETS))
        case "hardlink":
            return hardlink(spelled, choices.spelled(link_target(choices, past)))
        case "whiteout":
            return whiteout(spelled)
        case "opaque":
            return opaque(choices.pick((spelled, spelled, spelled.rpartition("/")[0])))
        case "again" if past:
            return replace(choices.pick(past)[1], mode=choices.pick(MODES))
        case "device":
            return chardev(spelled, *choices.pick(DEVICES))
        case "odd name":
            return build_odd_name(choices, spelled)
    return fifo(spelled)


def link_target(choices: Choices, past: Past) -> str:
    """Return what a hard link names: mostly a file so far, of any layer; else a forward or a missing target."""
    files = [path for path, item in past if item.kind in {"file", "hardlink"} and ".wh." not in item.path]
    return choices.pick(files) if files and choices.pick(range(4)) > 0 else choices.path(past)


def build_file(choices: Choices, path: str) -> Item:
    """Return a regular file."""
    return file(
        path,
        choices.pick(CONTENTS),
        mode=choices.pick(MODES),
        uid=choices.pick((0, 0, 0, 1000)),
        mtime=choices.pick(MTIMES),
        xattrs=choices.pick(XATTRS),
    )


def build_odd_name(choices: Choices, path: str) -> Item:
    """Return an item whose name looks like a whiteout's and is not, or a whiteout that is no empty file."""
    parent, slash, base = path.rpartition("/")
    hidden = f"{parent}{slash}.wh.{base}"
    match choices.pick(("bad name", "aufs file", "aufs directory", "content", "opaque content", "directory", "link")):
        case "bad name":
            return build_file(choices, f"{parent}{slash}{choices.pick(BAD_NAMES)}")
        case "aufs file":
            return build_file(choices, f"{parent}{slash}.wh..wh.aufs")
        case "aufs directory":
            return directory(f"{parent}{slash}.wh..wh.plnk")
        case "content":
            return build_file(choices, hidden)
        case "opaque content":
            return build_file(choices, f"{path}/.wh..wh..opq")
        case "directory":
            return choices.pick((directory(hidden), build_file(choices, f"{hidden}/a")))
    return hardlink(hidden, choices.spelled(choices.pick(NAMES)))
