"""Tests of the reference model: the truth table, each rule by hand, and laws on generated images."""

import re
from collections import Counter

import pytest
from hypothesis import given

from tests.images import Item, chardev, directory, fifo, file, hardlink, opaque, symlink, whiteout
from tests.property.model import LiveEntry, ModelResult, Superseded, apply_layers, normalise, whiteout_of
from tests.property.strategies import Image, images, seeded
from tests.truth_table import TRUTH_TABLE, Row

SEEDS = 2_000
CAUSES = {
    "overwritten",
    "metadata-only",
    "rewritten-identical",
    "deleted",
    "deleted-with-directory",
    "opaque",
    "replaced-by-other-type",
    "repeated-in-layer",
}
X = b"xx"
Y = b"yy"


@pytest.mark.parametrize("row", TRUTH_TABLE, ids=lambda row: row.name)
def test_truth_table(row: Row) -> None:
    result = apply_layers([list(layer) for layer in row.layers])
    causes = Counter[str]()
    for superseded in result.superseded:
        causes[superseded.cause] += superseded.bytes
    assert causes == Counter(row.causes)
    assert result.stored_bytes == row.stored_bytes
    assert result.stored_bytes - result.live_bytes == row.superseded_bytes
    assert result.duplicate_bytes == row.duplicate_bytes


# Name, layers, superseded rows ("path layer>hidden_by cause") and live paths. Layers stand between semicolons, bottom
# first: a=x is a file with the content x, a/ a directory, l->a a symbolic link, b~a a hard link, c@1:3 a device, p! a
# pipe; names with .wh. are written as they are.
RULES = [
    # Whiteouts
    ("own layer, before", "a=x ; .wh.a a=y", "a 0>1 deleted", "a"),
    ("own layer, after", "a=x ; a=y .wh.a", "a 0>1 deleted", "a"),
    ("own layer, directory", "d/a=x ; d/ d/b=y .wh.d", "d/a 0>1 deleted-with-directory", "d d/b"),
    ("similar names", "ab=x a.b=x a/b=x ; .wh.a", "a/b 0>1 deleted-with-directory", "a.b ab"),
    ("whiteout below a file", "a=x ; a/.wh.b", "a 0>1 replaced-by-other-type", ""),
    ("whiteout below a whiteout", "a=x ; .wh.a a/.wh.b", "a 0>1 deleted", ""),
    ("whiteout below a lower symlink hides the link", "l->d d/a=x ; l/.wh.a", "", "d/a"),
    ("whiteout below a file of its layer", "a=x a/.wh.b", "", "a"),
    ("opaque spares its own layer", "d/a=x ; d/b=y d/.wh..wh..opq", "d/a 0>1 opaque", "d/b"),
    ("opaque keeps the directory itself", "d/ d/a=x ; d/.wh..wh..opq", "d/a 0>1 opaque", "d"),
    ("opaque root", "a=x d/a=y ; .wh..wh..opq", "a 0>1 opaque, d/a 0>1 opaque", ""),
    ("opaque over a file", "d=x ; d/.wh..wh..opq", "d 0>1 replaced-by-other-type", ""),
    ("outermost whiteout", "a/b/c=x ; a/b/.wh.c .wh.a", "a/b/c 0>1 deleted-with-directory", ""),
    ("opaque outside a whiteout", "a/b=x ; a/.wh.b a/.wh..wh..opq", "a/b 0>1 opaque", ""),
    ("whiteout outside an opaque", "a/b/c=x ; a/b/.wh..wh..opq .wh.a", "a/b/c 0>1 deleted-with-directory", ""),
    ("whiteout and opaque of one directory", "a/b=x ; a/.wh..wh..opq .wh.a", "a/b 0>1 deleted-with-directory", ""),
    ("0:0 device", "d/a=x ; d@0:0", "d/a 0>1 deleted-with-directory", ""),
    ("0:0 device spares its own layer", "a=x ; a=y a@0:0", "a 0>1 deleted", "a"),
    ("other device", "a=x ; a@1:3", "a 0>1 replaced-by-other-type", "a"),
    ("bad names", "a/b=x ; a/.wh.=y a/.wh..=y", "a/.wh. 1>1 deleted, a/.wh.. 1>1 deleted", "a/b"),
    ("one more bad name makes no directory", "a=x ; a/.wh...=y", "a/.wh... 1>1 deleted", "a"),
    ("whiteouts with content", ".wh.a=x d/.wh..wh..opq=y", ".wh.a 0>0 deleted, d/.wh..wh..opq 0>0 deleted", ""),
    ("names of aufs", ".wh..wh.aufs=x .wh..wh.plnk/", "", ".wh..wh.aufs .wh..wh.plnk"),
    ("a directory named as a whiteout", "a=x ; .wh.a/ .wh.a/b=y", "", ".wh.a .wh.a/b a"),
    ("a hard link named as a whiteout", "a=x b=y ; .wh.a~b", "a 0>1 deleted", "b"),
    # Types
    ("directory over directory", "d/ d/a=x ; d/", "", "d d/a"),
    ("directory over file", "a=x ; a/", "a 0>1 replaced-by-other-type", "a"),
    ("implied directory over file", "a=x ; a/b=y", "a 0>1 replaced-by-other-type", "a/b"),
    ("implied directory over lower symlink", "lib->usr/lib usr/lib/a=x ; lib/a=y", "", "lib/a usr/lib/a"),
    ("symlink over directory", "d/a=x ; d->e", "d/a 0>1 replaced-by-other-type", "d"),
    ("pipe over file", "a=x ; a!", "a 0>1 replaced-by-other-type", "a"),
    # One layer on its own
    ("repeated", "a=x ./a=x", "a 0>0 repeated-in-layer", "a"),
    ("the last counts above", "a=x ; a=x a=y", "a 0>1 overwritten, a 1>1 repeated-in-layer", "a"),
    ("file over its layer's directory", "d/ d/a=x d=y", "d/a 0>0 repeated-in-layer", "d"),
    ("directory over its layer's directory", "d/ d/a=x d/", "", "d d/a"),
    ("entry below its layer's file", "a=x a/b=y", "a 0>0 repeated-in-layer", "a/b"),
    ("a file on the way to a directory", "d/a=x ; d=y d/", "d 1>1 repeated-in-layer", "d d/a"),
    (
        "a directory on the way to a file",
        "d=x ; d/a=y d=x",
        "d 0>1 rewritten-identical, d/a 1>1 repeated-in-layer",
        "d",
    ),
    # Symbolic links of the same layer
    ("written through", "d/a=x ; l->d l/a=y", "d/a 0>1 overwritten", "d/a l"),
    ("deleted through", "d/a=x ; l->d l/.wh.a", "d/a 0>1 deleted", "l"),
    ("made opaque through", "d/a=x ; l->d l/.wh..wh..opq", "d/a 0>1 opaque", "l"),
    ("link comes later", "l/a=x l->d", "l/a 0>0 repeated-in-layer", "l"),
    ("link was replaced", "l->d l/ l/a=x", "", "l l/a"),
    ("link is the last component", "l->d l=x", "", "l"),
    ("link loops", "l->l l/a=x", "", "l l/a"),
    ("link of a lower layer", "l->d ; l/a=x", "", "l/a"),
    # Hard links
    ("both names deleted", "a=x b~a ; .wh.a ; .wh.b", "a 0>2 deleted", ""),
    ("the last name gives the cause", "a=x b~a ; b=y ; .wh.a", "a 0>2 deleted", "b"),
    ("the data's own name breaks a tie", "b=x a~b ; a=y .wh.b", "b 0>1 deleted", "a"),
    ("else the first link does", "c=x b~c a~c ; .wh.c ; b=y .wh.a", "c 0>2 overwritten", "b"),
    ("over its own inode", "a=x b~a ; b~a", "", "a b"),
    ("at that moment", "a=x b~a a=y", "", "a b"),
    ("forward", "b~a a=x", "", "a b"),
    ("chain", "c~b b~a a=x ; .wh.a ; .wh.b", "", "c"),
    ("forward before lower", "a=x ; b~a a=y ; .wh.b a=z", "a 0>1 overwritten, a 1>2 overwritten", "a"),
    ("lower", "a=x ; b~a ; .wh.a", "", "b"),
    ("lower, deleted by the same layer", "a=x ; .wh.a b~a", "", "b"),
    ("through a symlink", "l->d d/a=x b~l/a ; .wh.d", "", "b l"),
]


@pytest.mark.parametrize(("layers", "superseded", "live"), [pytest.param(*rule[1:], id=rule[0]) for rule in RULES])
def test_rule(layers: str, superseded: str, live: str) -> None:
    result = apply_layers([[parse_item(item) for item in layer.split()] for layer in layers.split(";")])
    rows = [f"{row.path} {row.layer}>{row.hidden_by} {row.cause}" for row in result.superseded]
    assert ", ".join(rows) == superseded
    assert " ".join(result.live) == live


def parse_item(text: str) -> Item:
    """Return the item of a rule's notation."""
    path, mark, rest = re.fullmatch(r"(.*?)(->|[=~@!]|/$|$)(.*)", text, re.DOTALL).groups()  # type: ignore[union-attr]
    match mark:
        case "->":
            return symlink(path, rest)
        case "~":
            return hardlink(path, rest)
        case "@":
            return chardev(path, *map(int, rest.split(":")))
        case "!":
            return fifo(path)
        case "/":
            return directory(path)
    return file(path, rest.encode())


@pytest.mark.parametrize(
    ("target", "landed"),
    [
        ("d", "a/d/f"),
        ("./d/", "a/d/f"),
        ("../d", "d/f"),
        ("../../../d", "d/f"),
        ("/d", "d/f"),
        ("/", "f"),
        (".", "a/f"),
        # "to" is a link to x/y, so its parent is x: links are resolved one component at a time.
        ("/to/../d", "x/d/f"),
        ("l", "a/l/f"),
        ("/loop/b", "a/l/f"),
    ],
)
def test_symlink_target(target: str, landed: str) -> None:
    links = (symlink("to", "x/y"), symlink("loop", "loop"), symlink("a/l", target))
    result = apply_layers([[*links, file("a/l/f", X)]])
    assert {path for path, entry in result.live.items() if entry.kind == "file"} == {landed}


@pytest.mark.parametrize(("links", "landed"), [(40, "d/f"), (41, "l0/f")])
def test_at_most_forty_symlinks(links: int, landed: str) -> None:
    chain = [symlink(f"l{number}", f"l{number + 1}") for number in range(links - 1)]
    result = apply_layers([[*chain, symlink(f"l{links - 1}", "d"), file("l0/f", X)]])
    assert [path for path, entry in result.live.items() if entry.kind == "file"] == [landed]


@pytest.mark.parametrize("path", ["a/b", "/a/b", "./a/b", "a//b", "a/./b", "../a/b", "a/../../a/b", "c/../a/b"])
def test_spellings_of_a_path(path: str) -> None:
    assert list(apply_layers([[file(path, X)]]).live) == ["a/b"]


@pytest.mark.parametrize(
    ("new", "cause"),
    [
        (file("a", X), "rewritten-identical"),
        (file("a", Y), "overwritten"),
        (file("a", Y, mode=0o600), "overwritten"),
        (file("a", X, mode=0o600), "metadata-only"),
        (file("a", X, uid=1), "metadata-only"),
        (file("a", X, gid=1), "metadata-only"),
        (file("a", X, mtime=1), "metadata-only"),
        (file("a", X, xattrs=(("user.k", "v"),)), "metadata-only"),
        (hardlink("a", "same"), "rewritten-identical"),
        (hardlink("a", "touched"), "metadata-only"),
        (hardlink("a", "other"), "overwritten"),
        (hardlink("a", "missing"), "overwritten"),
        (symlink("a", "same"), "replaced-by-other-type"),
        (directory("a"), "replaced-by-other-type"),
    ],
)
def test_cause_of_a_rewrite(new: Item, cause: str) -> None:
    others = [file("same", X), file("touched", X, mtime=9), file("other", Y)]
    result = apply_layers([[*others, file("a", X)], [new]])
    assert result.superseded == (Superseded("a", 0, 1, cause, 2),)


@pytest.mark.parametrize(
    "items",
    [
        [hardlink("b", "missing")],
        [hardlink("b", "b")],
        [hardlink("b", "/")],
        [hardlink("b", "c"), hardlink("c", "b")],
        [hardlink("b", "c"), hardlink("c", "d"), hardlink("d", "c")],
        [directory("s"), hardlink("b", "s")],
    ],
)
def test_broken_link_is_an_empty_file(items: list[Item]) -> None:
    result = apply_layers([[file("lower", X), fifo("pipe")], items])
    assert result.live["b"] == LiveEntry("file", 0, "")


def test_live_entries() -> None:
    result = apply_layers([[file("d/a", X), hardlink("d/b", "d/a"), symlink("l", "../d"), fifo("p")], [directory("d")]])
    assert result.live == {
        "d": LiveEntry("dir", 0, ""),
        "d/a": LiveEntry("file", 2, ""),
        "d/b": LiveEntry("file", 2, ""),
        "l": LiveEntry("symlink", 0, "../d"),
        "p": LiveEntry("fifo", 0, ""),
    }
    assert result.live_bytes == 2


def test_duplicates_count_live_inodes_once() -> None:
    copies = [file("a", X), hardlink("b", "a"), file("c", X), file("d", X), file("e", X), file("f"), file("g")]
    assert apply_layers([copies, [whiteout("e")]]).duplicate_bytes == 4


@given(images())
def test_bytes_are_live_or_superseded_once(image: Image) -> None:
    assert_laws(image, apply_layers(image))


@given(images())
def test_empty_layer_on_top_changes_nothing(image: Image) -> None:
    assert apply_layers([*image, []]) == apply_layers(image)


@given(images())
def test_opaque_root_on_top_hides_everything(image: Image) -> None:
    result = apply_layers([*image, [opaque("")]])
    assert result.live == {}
    assert result.live_bytes == result.duplicate_bytes == 0


@given(images())
def test_place_of_whiteouts_in_a_layer_does_not_matter(image: Image) -> None:
    # Through a symlink of its layer the place does matter, so these images have none.
    plain = [[item for item in layer if item.kind != "symlink"] for layer in image]
    first = [sorted(layer, key=lambda item: not is_whiteout(item)) for layer in plain]
    last = [sorted(layer, key=is_whiteout) for layer in plain]
    assert apply_layers(first) == apply_layers(last)


def test_seeds_give_the_same_image_and_reach_every_cause() -> None:
    assert seeded(7) == seeded(7) != seeded(8)
    causes: Counter[str] = Counter()
    for seed in range(SEEDS):
        image = seeded(seed)
        result = apply_layers(image)
        assert_laws(image, result)
        causes.update(row.cause for row in result.superseded)
    assert set(causes) == CAUSES
    assert min(causes.values()) >= SEEDS // 50


def assert_laws(image: Image, result: ModelResult) -> None:
    """Hold a result against what is true of every image."""
    stored = sum(len(item.content) for layer in image for item in layer)
    assert result.stored_bytes == stored
    assert result.live_bytes + sum(row.bytes for row in result.superseded) == stored
    assert 0 <= result.duplicate_bytes <= result.live_bytes
    for row in result.superseded:
        assert row.bytes > 0
        assert row.cause in CAUSES
        assert 0 <= row.layer <= row.hidden_by < len(image)
        assert row.layer < row.hidden_by or row.cause == "repeated-in-layer" or ".wh." in row.path


def is_whiteout(item: Item) -> bool:
    """Say whether an item hides something and is no entry of its own."""
    return whiteout_of(normalise(item.path), item) is not None


@pytest.mark.parametrize(
    ("items", "entry"),
    [
        ([symlink("s", "lower"), hardlink("b", "s")], LiveEntry("symlink", 0, "lower")),
        ([hardlink("b", "lower"), symlink("lower", "x")], LiveEntry("symlink", 0, "x")),
        ([hardlink("b", "pipe")], LiveEntry("fifo", 0, "")),
    ],
)
def test_link_to_what_is_no_file_is_another_name_of_it(items: list[Item], entry: LiveEntry) -> None:
    assert apply_layers([[file("lower", X), fifo("pipe")], items]).live["b"] == entry
