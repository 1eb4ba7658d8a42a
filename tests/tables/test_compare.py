"""Whether a table and a tar list the same: each thing that may differ, and what no table can spell."""

import pytest

from layerscope.blob.access import SeekAccess
from layerscope.layers.probe import ProbeSet
from layerscope.layers.scan import LayerScan
from layerscope.layers.scan_layer import scan_layer
from layerscope.tables.compare import find_difference
from tests.images import Item, directory, file, hardlink, layer, symlink, whiteout
from tests.indexing import Memory

ITEMS = (directory("d"), file("d/a", b"1"), symlink("l", "d"), hardlink("h", "d/a"), whiteout("gone"))


def scan(*items: Item) -> LayerScan:
    return scan_layer(SeekAccess(Memory(layer(*items))), ProbeSet(()))


@pytest.mark.parametrize("items", [ITEMS, ITEMS[::-1], ()], ids=["same", "other order", "nothing"])
def test_the_same(items: tuple[Item, ...]) -> None:
    assert find_difference(scan(*items), scan(*(ITEMS if items else ()))) is None


@pytest.mark.parametrize(
    ("others", "path"),
    [
        ((*ITEMS, file("more")), "/more"),
        (ITEMS[:-1], "/gone"),
        ((*ITEMS[:1], file("d/a", b"12"), *ITEMS[2:]), "/d/a"),
        ((*ITEMS[:2], symlink("l", "etc"), *ITEMS[3:]), "/l"),
        ((file("d"), *ITEMS[1:]), "/d"),
        ((*ITEMS, ITEMS[1]), "/d/a"),
    ],
    ids=["more", "fewer", "size", "target", "kind", "twice"],
)
def test_a_difference(others: tuple[Item, ...], path: str) -> None:
    for one, other in ((others, ITEMS), (ITEMS, others)):
        told = find_difference(scan(*one), scan(*other))
        assert told is not None
        assert told.endswith(f"so engines may show either: {path}.")


def test_many_differences_are_counted() -> None:
    told = find_difference(scan(), scan(*(file(f"f{number}") for number in range(9))))
    assert told is not None
    assert told.endswith("either: /f0, /f1, /f2 and 6 more.")


def test_names_are_shown_safely() -> None:
    told = find_difference(scan(file("\x1b[31m")), scan())
    assert told is not None
    assert "\x1b" not in told


def test_what_is_not_utf8_is_left_out() -> None:
    assert find_difference(scan(file("nam\ufffd"), file("a")), scan(file("nam\udcff"), file("a"))) is None
