"""Pairs of layers and the end of reuse, against plain sets and against builds whose story is known."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerscope.diff.layers import compare_layers, find_reuse, pair_layers
from layerscope.diff.side import LayerSide

DIGEST = "f" * 64


def layer(
    content: str,
    instruction: str | None = None,
    *,
    from_base: bool = False,
    created_by: str | None = None,
    size: int = 1,
) -> LayerSide:
    """A layer of some content; its instruction is made of its content where none is given."""
    text = f"RUN {content}" if instruction is None else instruction
    return LayerSide(content, None, "none", None, size, created_by or text, text, from_base)


def reason(old: Sequence[LayerSide], new: Sequence[LayerSide]) -> tuple[int, str] | None:
    """Where reuse ends, and why."""
    broken = find_reuse(old, new, pair_layers(old, new)).broken_at
    return (broken.position, broken.reason) if broken else None


A, B, C = layer("a"), layer("b"), layer("c")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ([A, B, C], [A, B, C], None),
        ([A], [A, B], None),
        ([A, B], [A], None),
        ([], [A], None),
        ([A, B], [A, layer("b2", "RUN b2")], (1, "instruction")),
        ([A, B], [A, layer("b2", "RUN b")], (1, "content")),
        ([A, B], [A, layer("b2", "RUN b", created_by="RUN |1 V=2 /bin/sh -c b")], (1, "argument")),
        ([A, B, C], [A, layer("x"), B, C], (1, "added")),
        ([A, B, C], [A, layer("x"), layer("b2", "RUN b"), layer("c2", "RUN c")], (1, "added")),
        ([A, B, C], [A, C], (1, "removed")),
        ([A, B, C], [A, layer("c2", "RUN c")], (1, "removed")),
        ([A, B, C], [A, C, B], (1, "order")),
        ([layer("a", from_base=True), B], [layer("a2", from_base=True), B], (0, "base")),
        ([A, B], [A, layer("copy", "COPY x /")], (1, "instruction")),
        ([A, layer("b", f"COPY file:{DIGEST} in /")], [A, layer("b2", f"COPY file:{'e' * 64} in /")], (1, "content")),
    ],
)
def test_the_first_instruction_that_broke_reuse(
    old: list[LayerSide], new: list[LayerSide], expected: tuple[int, str] | None
) -> None:
    assert reason(old, new) == expected


def test_layers_are_told_by_content_then_by_instruction_then_by_place() -> None:
    old = [A, layer("b1", "RUN b"), layer("c1", "RUN old"), layer("d1", "COPY d /")]
    new = [A, layer("n", "RUN new"), layer("b2", "RUN b"), layer("c2", "RUN other"), layer("d1", "COPY d /")]
    changes = compare_layers(old, new, pair_layers(old, new))
    assert [(change.kind, change.old_position, change.new_position) for change in changes] == [
        ("same", 0, 0),
        ("added", None, 1),
        ("rebuilt", 1, 2),
        ("changed", 2, 3),
        ("same", 3, 4),
    ]


def test_the_bases_layers_are_not_taken_for_the_images_own() -> None:
    old = [A, layer("own", "COPY app /app")]
    new = [A, layer("base", "COPY entrypoint /", from_base=True)]
    changes = compare_layers(old, new, pair_layers(old, new))
    assert [change.kind for change in changes] == ["same", "added", "removed"]


LAYERS = st.lists(
    st.builds(layer, st.sampled_from("abcdef"), st.sampled_from(["RUN a", "RUN b", "COPY c", ""]), size=st.just(5))
)


@given(LAYERS, LAYERS)
def test_what_is_fetched_is_what_plain_sets_say(old: list[LayerSide], new: list[LayerSide]) -> None:
    partners = pair_layers(old, new)
    reuse, contents = find_reuse(old, new, partners), {item.diff_id for item in old}
    missing = [number for number, item in enumerate(new) if item.diff_id not in contents]
    kept = 0
    while kept < min(len(old), len(new)) and old[kept].diff_id == new[kept].diff_id:
        kept += 1
    assert reuse.kept_layers == kept
    assert reuse.by_blob.layers == tuple(missing)
    assert reuse.by_blob.stored_bytes == 5 * len({new[number].diff_id for number in missing})
    assert reuse.by_chain.layers == tuple(range(kept, len(new)))
    assert (reuse.broken_at is None) == (kept in {len(old), len(new)})


@given(LAYERS, LAYERS)
def test_every_layer_of_both_stands_once_in_the_list(old: list[LayerSide], new: list[LayerSide]) -> None:
    changes = compare_layers(old, new, pair_layers(old, new))
    assert sorted(change.old_position for change in changes if change.old_position is not None) == list(range(len(old)))
    assert [change.new_position for change in changes if change.new_position is not None] == list(range(len(new)))
    assert sum(change.stored.delta_bytes or 0 for change in changes) == 5 * (len(new) - len(old))


def test_a_blob_that_is_listed_twice_is_fetched_once() -> None:
    old, new = [A], [A, layer("x", size=7), B, layer("x", size=7)]
    assert find_reuse(old, new, pair_layers(old, new)).by_blob.stored_bytes == 8


def test_unknown_costs_stay_unknown() -> None:
    fetch = find_reuse([A], [A, B], pair_layers([A], [A, B])).by_blob
    assert (fetch.transfer_bytes, fetch.transfer_is_estimate) == (None, True)
