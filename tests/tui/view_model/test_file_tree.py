"""Trees against the naive model of layers, and marks on images whose changes are plain to see."""

from hypothesis import given

from layerscope.tui.view_model.file_tree import final_tree, layer_tree, tree_up_to
from layerscope.tui.view_model.folders import Folders
from tests.images import directory, file, hardlink, opaque, whiteout
from tests.indexing import index_of
from tests.property.model import apply_layers
from tests.property.strategies import Image, images
from tests.tui.view_model.trees import flatten, marked


@given(images())
def test_the_final_tree_is_what_the_model_shows(layers: Image) -> None:
    index, model = index_of(layers), apply_layers(layers)
    tree = final_tree(index, index.sizes)
    folders = Folders(tree)
    assert set(marked(tree)) == set(model.live) - {""}
    assert folders.total(folders.root).size_bytes == model.live_bytes


@given(images())
def test_marks_say_what_came_and_went(layers: Image) -> None:
    index = index_of(layers)
    for position in range(len(layers)):
        before, after = (set(apply_layers(layers[:end]).live) - {""} for end in (position, position + 1))
        marks = marked(tree_up_to(index, position, index.sizes))
        assert {path for path, glyph in marks.items() if glyph == "-"} == before - after
        assert {path for path, glyph in marks.items() if glyph == "+"} == after - before
        assert {path for path, glyph in marks.items() if glyph in " ~"} == before & after


@given(images())
def test_trees_of_single_layers_add_up_to_what_is_stored(layers: Image) -> None:
    index = index_of(layers)
    stored = hidden = 0
    for position in range(len(layers)):
        folders = Folders(layer_tree(index, position, index.sizes))
        total = folders.total(folders.root)
        stored += total.size_bytes
        hidden += total.hidden_bytes
    assert (stored, hidden) == (index.stored_bytes, index.superseded_bytes)


LAYERS = [
    [file("etc/a", b"12345"), file("etc/b", b"123"), file("opt/x/deep/c", b"1234567")],
    [file("etc/a", b"1234"), whiteout("etc/b"), file("opt/new", b"12"), opaque("opt/x")],
]


def test_a_layer_shows_what_it_added_changed_and_removed() -> None:
    index = index_of(LAYERS)
    rows = flatten(layer_tree(index, 1, index.sizes))
    assert {
        path: (row.mark.glyph, row.size_bytes, row.removed_bytes) for path, row in rows.items() if not row.folder
    } == {
        "etc/a": ("~", 4, 0),
        "etc/b": ("-", 0, 3),
        "opt/new": ("+", 2, 0),
        "opt/x/deep/c": ("-", 0, 7),
    }
    assert (rows["opt"].size_bytes, rows["opt"].removed_bytes, rows["opt"].files) == (2, 7, 2)


def test_a_lower_layer_shows_what_later_ones_hide() -> None:
    index = index_of(LAYERS)
    rows = flatten(layer_tree(index, 0, index.sizes))
    assert {path: row.hidden_bytes for path, row in rows.items()} == {
        "etc": 8,
        "etc/a": 5,
        "etc/b": 3,
        "opt": 7,
        "opt/x": 7,
        "opt/x/deep": 7,
        "opt/x/deep/c": 7,
    }


def test_a_content_whose_own_name_is_gone_counts_at_its_other_name() -> None:
    index = index_of([[file("a", b"12345"), hardlink("b", "a")], [whiteout("a")]])
    rows = flatten(final_tree(index, index.sizes))
    assert {path: (row.mark.glyph, row.size_bytes) for path, row in rows.items()} == {"b": (" ", 5)}


def test_a_directory_alone_is_there() -> None:
    index = index_of([[directory("empty")]])
    row = flatten(final_tree(index, index.sizes))["empty"]
    assert row.folder is not None
    assert (row.files, row.size_bytes) == (0, 0)
