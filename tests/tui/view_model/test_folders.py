"""Folders of an image made for it: order, sums, filters, and what is too much."""

from layerscope.tui.view_model.file_tree import FileTree, Mark, final_tree, layer_tree
from layerscope.tui.view_model.filter import Filter
from layerscope.tui.view_model.folders import Folders, Order, Shown
from layerscope.tui.view_model.outline import Outline
from tests.images import Item, file, whiteout
from tests.indexing import index_of
from tests.tui.view_model.trees import flatten


def tree_of(*items: Item) -> FileTree:
    index = index_of([list(items)])
    return final_tree(index, index.sizes)


TREE = tree_of(
    file("usr/lib/big.so", b"x" * 900),
    file("usr/lib/small.so", b"x" * 10),
    file("usr/bin/tool", b"x" * 50),
    file("usr/share/doc/one", b"x"),
    file("usr/share/doc/two", b"x"),
    file("usr/share/doc/three", b"x"),
    file("opt/app.py", b"x" * 300),
)


def names(folders: Folders, path: bytes, order: Order) -> list[str]:
    folder = folders.find(path + b"/?")[-1] if path else folders.root
    return [row.name for row in folders.children(folder, order)]


def test_the_biggest_comes_first_and_other_orders_are_there() -> None:
    folders = Folders(TREE)
    assert names(folders, b"", Order.SIZE) == ["usr", "opt"]
    assert names(folders, b"usr", Order.SIZE) == ["lib", "bin", "share"]
    assert names(folders, b"usr", Order.NAME) == ["bin", "lib", "share"]
    assert names(folders, b"usr", Order.COUNT) == ["share", "lib", "bin"]


def test_a_filter_changes_the_sums() -> None:
    folders = Folders(TREE, Filter.parse("*.so"))
    (usr,) = folders.children(folders.root)
    assert (usr.name, usr.size_bytes, usr.files) == ("usr", 910, 2)
    assert set(flatten(TREE, ">40")) == {
        "usr",
        "usr/lib",
        "usr/lib/big.so",
        "usr/bin",
        "usr/bin/tool",
        "opt",
        "opt/app.py",
    }


def test_kinds_of_change_can_be_left_out() -> None:
    index = index_of([[file("a/old", b"1"), file("a/kept", b"22")], [whiteout("a/old"), file("a/new", b"333")]])
    tree = layer_tree(index, 1, index.sizes)
    without_removed = Shown(frozenset(Mark) - {Mark.REMOVED})
    assert set(flatten(tree, shown=without_removed)) == {"a", "a/new"}
    below = layer_tree(index, 0, index.sizes)
    assert set(flatten(below, shown=Shown(hidden=False))) == {"a", "a/kept"}


def test_a_very_full_folder_shows_its_largest_and_counts_the_rest() -> None:
    folders = Folders(tree_of(*(file(f"all/{number:05}", b"x" * (number % 100)) for number in range(2_500))))
    (top,) = folders.children(folders.root)
    assert top.folder is not None
    *rows, rest = folders.children(top.folder)
    assert (len(rows), rest.left_out) == (2_000, 500)
    assert sum(row.size_bytes for row in rows) + rest.size_bytes == top.size_bytes == 25 * sum(range(100))
    assert min(row.size_bytes for row in rows) == 20


def test_hostile_names_are_escaped() -> None:
    folders = Folders(tree_of(file("a\x1b[31m[red]b\u202e", b"1")))
    assert folders.children(folders.root)[0].name == "a\\x1b[31m[red]b\\u202e"


def test_an_outline_opens_and_closes() -> None:
    outline = Outline(Folders(TREE))
    assert shown(outline) == ["usr", "opt"]
    assert outline.open(0)
    assert shown(outline) == ["usr", " lib", " bin", " share", "opt"]
    assert outline.open(1)
    assert outline.open_paths == {b"usr", b"usr/lib"}
    assert not outline.open(2)
    assert outline.close(2) == 1
    assert shown(outline) == ["usr", " lib", " bin", " share", "opt"]
    assert outline.close(3) == 0
    assert shown(outline) == ["usr", "opt"]
    assert outline.close(0) == 0


def test_all_folders_close_at_once() -> None:
    outline = Outline(Folders(TREE))
    outline.reveal(b"usr/share/doc/two")
    outline.close_all()
    assert shown(outline) == ["usr", "opt"]
    assert outline.open_paths == frozenset()


def test_folders_can_come_before_files() -> None:
    folders = Folders(tree_of(file("big", b"x" * 50), file("folder/small", b"x"), file("other/tiny", b"")))
    assert [row.name for row in folders.children(folders.root)] == ["big", "folder", "other"]
    first = folders.children(folders.root, are_folders_first=True)
    assert [row.name for row in first] == ["folder", "other", "big"]


def test_an_outline_keeps_what_was_open_under_another_filter() -> None:
    outline = Outline(Folders(TREE))
    outline.reveal(b"usr/lib/small.so")
    again = Outline(Folders(TREE, Filter.parse("small")), outline.open_paths)
    assert shown(again) == ["usr", " lib", "  small.so"]


def test_a_path_is_revealed() -> None:
    outline = Outline(Folders(TREE))
    place = outline.reveal(b"usr/share/doc/two")
    assert outline.lines[place].row.path == b"usr/share/doc/two"
    assert outline.reveal(b"not/there") == 0


def shown(outline: Outline) -> list[str]:
    return [" " * line.depth + line.row.name for line in outline.lines]
