"""Layers on top of one another by their tables: what hides what, what is the same, what is not told."""

from pathlib import Path

from layerscope.index.cause import Cause
from layerscope.outline.outline import Listing
from tests.images import file, layer, opaque
from tests.outline.images import HALF, OLD, outline_of, partly_layers, whole_layers
from tests.tables.lazy import LazyLayer, modern_chunked


def listing_of(folder: Path, layers: list[LazyLayer]) -> Listing:
    found = outline_of(folder / "image", layers).listing
    assert found is not None
    return found


def test_contents_are_compared_by_digest(tmp_path: Path) -> None:
    """Rewritten with the same content, with another of the same length, and touched."""
    lower = layer(file("same", b"s" * 9), file("other", b"1" * 9), file("touched", b"t" * 9))
    upper = layer(file("same", b"s" * 9), file("other", b"2" * 9), file("touched", b"t" * 9, mtime=5))
    found = listing_of(tmp_path, [modern_chunked(lower), modern_chunked(upper)])
    assert {found.index.path(group.rows[0]): group.cause for group in found.index.superseded} == {
        b"same": Cause.REWRITTEN_IDENTICAL,
        b"other": Cause.OVERWRITTEN,
        b"touched": Cause.METADATA_ONLY,
    }


def test_contents_without_digests_are_like_no_other(tmp_path: Path) -> None:
    entries = [{"type": "reg", "name": name, "size": 50} for name in ("a", "b")]
    found = listing_of(tmp_path, [modern_chunked(b"", entries=entries)])
    assert found.index.duplicates == ()


def test_unlisted_layers_keep_their_places(tmp_path: Path) -> None:
    lower, upper = whole_layers()
    found = listing_of(tmp_path, [lower, partly_layers()[2], upper])
    assert sorted(set(found.index.layers.tolist())) == [0, 2]
    assert [(group.layer, group.hidden_by) for group in found.index.superseded] == [(0, 2)]
    assert found.superseded_of_layers == (OLD, 0, 0)


def test_opaque_folders(tmp_path: Path) -> None:
    found = listing_of(tmp_path, [*whole_layers(), modern_chunked(layer(opaque("opt")))])
    assert found.superseded_of_layers[0] == 2 * HALF + OLD


def test_what_depends_on_owners_is_not_told(tmp_path: Path) -> None:
    """A module that no package owns would be one that nobody recorded; whether one owns it is not known."""
    path = "usr/lib/python3/dist-packages/thing/__init__.py"
    found = listing_of(tmp_path, [modern_chunked(layer(file(path, b"x" * 700), file("srv/x", b"y" * 30)))])
    assert found.categories == ()
    assert found.untold is not None
    assert found.untold.stored_bytes == 730
