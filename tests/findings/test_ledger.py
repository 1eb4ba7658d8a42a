"""Promised bytes against a rebuild: the claimed entries are left out of the layers, and what is left is counted."""

import tracemalloc

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from layerscope.findings.reclaim import Ledger
from layerscope.layers.columns import Integers
from tests.findings.rebuild import holds_content, names_of, stored_bytes
from tests.images import Item, file, hardlink, whiteout
from tests.indexing import index_of
from tests.property.strategies import Image, images

CLAIMS = st.lists(st.sets(st.integers(0, 40), max_size=16), min_size=1, max_size=4)


def rows_of(positions: set[int]) -> Integers:
    return np.array(sorted(positions), dtype=np.int64)


def promised(layers: list[list[Item]], *claims: set[str]) -> list[int]:
    """The bytes that each claim of paths in layers (`0:a/b`) is promised, one after another."""
    index = index_of(layers)
    places = [f"{index.layers[row]}:{index.path(row).decode()}" for row in range(len(index))]
    ledger = Ledger(index)
    return [int(ledger.take(rows_of({places.index(place) for place in claim})).sum()) for claim in claims]


@given(images(), CLAIMS)
def test_a_rebuild_saves_what_is_promised(image: Image, wanted: list[set[int]]) -> None:
    index, names = index_of(image), names_of(image)
    assert len(index) == len(names)
    holding = {position for position, name in enumerate(names) if holds_content(name)}
    everything_bytes = stored_bytes(names, set())
    assert index.stored_bytes == everything_bytes
    ledger, gone, promised_bytes, overlap = Ledger(index), set[int](), 0, False
    for claim in (positions & holding for positions in wanted):
        saved_bytes = int(ledger.take(rows_of(claim)).sum())
        alone_bytes = everything_bytes - stored_bytes(names, claim)
        overlap |= not gone.isdisjoint(claim)
        assert saved_bytes <= alone_bytes if overlap else saved_bytes == alone_bytes
        gone |= claim
        promised_bytes += saved_bytes
    assert promised_bytes <= everything_bytes - stored_bytes(names, gone)
    assert int(ledger.take(rows_of(gone)).sum()) <= everything_bytes - promised_bytes


@given(images())
def test_all_names_together_are_all_that_is_stored(image: Image) -> None:
    names = names_of(image)
    holding = {position for position, name in enumerate(names) if holds_content(name)}
    ledger = Ledger(index_of(image))
    assert ledger.take(rows_of(holding)).sum() == stored_bytes(names, set()) - stored_bytes(names, holding)
    assert ledger.take(rows_of(holding)).sum() == 0


@given(images(), st.sets(st.integers(0, 40)), st.dictionaries(st.integers(0, 40), st.integers(0, 900)))
def test_parts_and_wholes_share_the_bytes_of_a_content(image: Image, whole: set[int], parts: dict[int, int]) -> None:
    index, names = index_of(image), names_of(image)
    holding = {position for position, name in enumerate(names) if holds_content(name)}
    everything_bytes = stored_bytes(names, set())
    # Each inode's part once: which of its names asks for it makes no difference.
    of_inodes = {id(names[position].inode): position for position in parts if position in holding}
    stripped = {position: parts[position] for position in of_inodes.values()}
    ledger = Ledger(index)
    part_bytes = sum(ledger.take_part(position, size_bytes) for position, size_bytes in stripped.items())
    assert part_bytes == everything_bytes - stored_bytes(names, set(), stripped)
    whole_bytes = int(ledger.take(rows_of(whole & holding)).sum())
    assert part_bytes + whole_bytes == everything_bytes - stored_bytes(names, whole & holding, stripped)


def test_links_to_a_lower_layer_keep_its_content() -> None:
    layers = [[file("cache/x", b"12345")], [hardlink("env/x", "cache/x")], [whiteout("cache/x")]]
    assert promised(layers, {"0:cache/x"}, {"1:env/x"}) == [0, 0]
    assert promised(layers, {"0:cache/x", "1:env/x"}) == [5]


def test_a_blob_that_is_listed_twice_has_its_bytes_twice() -> None:
    items = [file("a", b"12345"), hardlink("b", "a")]
    assert promised([items, items], {"0:a", "0:b"}, {"1:a"}, {"1:a", "1:b"}) == [5, 0, 5]


def test_what_was_promised_is_not_promised_again() -> None:
    layers = [[file("a", b"123"), file("b", b"45")]]
    assert promised(layers, {"0:a"}, {"0:a", "0:b"}, {"0:b"}) == [3, 2, 0]


def test_the_work_is_that_of_the_claim_and_not_of_the_image() -> None:
    ledger = Ledger(index_of([[file(f"f{number}", b"x") for number in range(10_000)]]))
    claim = rows_of({5, 7})
    ledger.take(rows_of({1, 2}))
    tracemalloc.start()
    try:
        assert ledger.take(claim).tolist() == [1, 1]
        # One column of the image has 80,000 bytes.
        assert tracemalloc.get_traced_memory()[1] < 20_000
    finally:
        tracemalloc.stop()
