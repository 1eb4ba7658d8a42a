"""Names become paths inside the image's root; links of the layer itself are followed in parents, and bounded."""

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerscope.layers.entry import Kind
from layerscope.layers.names import LayerLinks, normalise, normalise_all
from tests.oci.limits import at_most

NAMES = [
    (b"a", b"a"),
    (b"a/b", b"a/b"),
    (b"a/", b"a"),
    (b"a//b///c", b"a/b/c"),
    (b"/a/b", b"a/b"),
    (b"//a", b"a"),
    (b"./a", b"a"),
    (b".//a", b"a"),
    (b"././a/./b/.", b"a/b"),
    (b"a/../b", b"b"),
    (b"a/b/..", b"a"),
    (b"..", b""),
    (b"../../etc/passwd", b"etc/passwd"),
    (b"a/../../../b", b"b"),
    (b"./../a", b"a"),
    (b".", b""),
    (b"./", b""),
    (b"/", b""),
    (b"", b""),
    (b"...", b"..."),
    (b"a..", b"a.."),
    (b"a./b", b"a./b"),
    (b"..a/b.", b"..a/b."),
    (b".a", b".a"),
    (b" ", b" "),
    (b"\xff\xfe/\n", b"\xff\xfe/\n"),
    (b"A", b"A"),
    # The same letter in two forms stays two names.
    ("é".encode(), "é".encode()),
    (b"e\xcc\x81", b"e\xcc\x81"),
    (b"/".join([b"d"] * 5_000), b"/".join([b"d"] * 5_000)),
    (b"../" * 5_000 + b"a", b"a"),
]


@pytest.mark.parametrize(("name", "path"), NAMES, ids=[repr(name[:30]) for name, _ in NAMES])
def test_normalise(name: bytes, path: bytes) -> None:
    assert normalise(name) == path
    assert normalise(path) == path


def links(*entries: tuple[bytes, bytes | None]) -> LayerLinks:
    """Return the links of a layer; an entry is a path and its target, or None for a directory."""
    layer = LayerLinks()
    for path, target in entries:
        layer.record(path, Kind.DIRECTORY if target is None else Kind.SYMLINK, target or b"")
    return layer


PLACES = [
    pytest.param([], b"a/b", b"a/b", id="no link"),
    pytest.param([(b"lib", b"usr/lib")], b"lib/x", b"usr/lib/x", id="relative"),
    pytest.param([(b"lib", b"/usr/lib")], b"lib/x/y", b"usr/lib/x/y", id="absolute"),
    pytest.param([(b"lib", b"usr/lib")], b"lib", b"lib", id="the link itself is not followed"),
    pytest.param([(b"lib", b"usr/lib")], b"libx/y", b"libx/y", id="a longer name"),
    pytest.param([(b"a/l", b"../b")], b"a/l/x", b"b/x", id="relative to the link's folder"),
    pytest.param([(b"a", b"b"), (b"b", b"c")], b"a/x", b"c/x", id="chain"),
    pytest.param([(b"a", b"b/c"), (b"b/c", b"/d/./e//")], b"a/x", b"d/e/x", id="chain through folders"),
    pytest.param([(b"a", b"../../..")], b"a/x", b"x", id="out of the root: stays in it"),
    pytest.param([(b"a", b"/")], b"a/x", b"x", id="the root"),
    pytest.param([(b"a", b".")], b"a/a/a/x", b"x", id="itself, again and again"),
    pytest.param([(b"a", b"")], b"a/x", b"x", id="empty target"),
    pytest.param([(b"a", b"a")], b"a/x", b"a/x", id="a loop is left as it is"),
    pytest.param([(b"a", b"b"), (b"b", b"a")], b"a/x", b"a/x", id="a loop of two"),
    pytest.param([(b"a", b"b"), (b"a", None)], b"a/x", b"a/x", id="a folder takes the link's place"),
    pytest.param([(b"a", b"b"), (b"a", b"c")], b"a/x", b"c/x", id="the last target wins"),
]


@pytest.mark.parametrize(("entries", "path", "expected"), PLACES)
def test_place(entries: list[tuple[bytes, bytes | None]], path: bytes, expected: bytes) -> None:
    layer = links(*entries)
    assert layer.place(path) == expected
    # Again, since places are remembered.
    assert layer.place(path) == expected


def test_chain_of_links_is_bounded_as_the_kernel_bounds_it() -> None:
    chain = [(b"l%d" % number, b"l%d" % (number + 1)) for number in range(60)]
    layer = links(*chain)
    assert layer.place(b"l21/x") == b"l60/x"
    assert layer.place(b"l0/x") == b"l0/x"


def test_links_that_double_at_each_step() -> None:
    # Without a bound on all links together this is 2^30 steps.
    layer = links(*((b"l%d" % number, b"l%d/../l%d" % (number + 1, number + 1)) for number in range(30)))
    assert layer.place(b"l0/x") == b"l0/x"


@pytest.mark.parametrize("kind", [Kind.FILE, Kind.SYMLINK, Kind.FIFO, Kind.HARDLINK])
def test_what_replaces_a_folder_removes_the_links_below_it(kind: Kind) -> None:
    layer = links((b"d/l", b"/x"))
    assert layer.place(b"d/l/f") == b"x/f"
    layer.record(b"d", kind, b"elsewhere")
    layer.record(b"d", Kind.DIRECTORY, b"")
    assert layer.place(b"d/l/f") == b"d/l/f"


def test_place_after_a_link_came() -> None:
    layer = LayerLinks()
    assert layer.place(b"a/x") == b"a/x"
    layer.record(b"a", Kind.SYMLINK, b"b")
    assert layer.place(b"a/x") == b"b/x"
    layer.record(b"a", Kind.FILE, b"")
    assert layer.place(b"a/x") == b"a/x"


def test_deep_links_need_little_memory() -> None:
    # A name may have a mebibyte; every folder above it, kept as a name of its own, would be 130 GB.
    for count, depth in ((1, 8_000), (100, 2_000)):
        paths = [b"%d/" % number + b"/".join([b"d"] * depth) for number in range(count)]
        tracemalloc.start()
        links(*((path, b"target") for path in paths))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 50 * sum(map(len, paths)) + 1_000_000


@pytest.mark.parametrize(("count", "depth"), [(1, 50_000), (45, 10_000), (45, 2_000)])
def test_long_targets_take_little_time(count: int, depth: int) -> None:
    # Of each a few kilobytes, so that a small layer can hold thousands.
    target = b"x/" * depth + b"../" * depth
    layer = links(*((b"l%d" % number, target + b"l%d" % (number + 1)) for number in range(count)))
    with at_most(60):
        for number in range(20):
            layer.place(b"l0/%d/x" % number)


@given(st.lists(st.text("ab./", max_size=12).map(str.encode), max_size=4))
def test_many_names_at_once_are_as_one_by_one(names: list[bytes]) -> None:
    assert normalise_all(names) == [normalise(name) for name in names]
