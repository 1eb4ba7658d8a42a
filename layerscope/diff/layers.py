"""Pairs the layers of two builds, and finds what a pull fetches again.

All of it is linear in the layers.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Sequence

from layerscope.checks.gate import DEFAULT_BANDWIDTH_BITS_PER_SECOND
from layerscope.diff.amount import Amount, total
from layerscope.diff.difference import BreakReason, Fetch, LayerChange, LayerChangeKind, Reuse, ReuseBreak
from layerscope.diff.instruction import without_copied
from layerscope.diff.side import LayerSide

Layers = Sequence[LayerSide]


def compare_layers(old: Layers, new: Layers, partners: Sequence[int | None]) -> tuple[LayerChange, ...]:
    """Every layer of both, from the bottom; one that went stands before the next one that is left."""
    is_known = _known_blobs(old)
    left = deque(sorted(set(range(len(old))) - set(partners)))
    changes: list[LayerChange] = []
    for position, partner in enumerate(partners):
        while left and partner is not None and left[0] < partner:
            changes.append(_removed(old, left.popleft()))
        changes.append(_change(old, new, position, partner, is_fetched=not is_known(new[position])))
    return (*changes, *(_removed(old, position) for position in left))


def pair_layers(old: Layers, new: Layers) -> list[int | None]:
    """For each new layer the position of the old one that it stands for: of several alike the lowest that is free.

    Equal content comes first, then the same instruction, then the same sort of instruction in the same gap, the
    base's and the image's own apart.
    """
    partners: list[int | None] = [None] * len(new)
    _pair(partners, _open(old, partners), new, lambda layer: layer.diff_id)
    _pair(partners, _open(old, partners), new, instruction_key)
    taken = set(partners)
    free: dict[tuple[int, str, bool], list[int]] = defaultdict(list)
    gaps_old = _gaps(position if position in taken else None for position in range(len(old)))
    for position, gap in reversed(gaps_old.items()):
        free[gap, *_sort(old[position])].append(position)
    for position, gap in _gaps(tuple(partners)).items():
        if waiting := free.get((gap, *_sort(new[position]))):
            partners[position] = waiting.pop()
    return partners


def instruction_key(layer: LayerSide) -> str | None:
    """An instruction without the digests that only say what was copied; None for an unknown one."""
    return without_copied(layer.instruction) if layer.instruction else None


def find_reuse(
    old: Layers,
    new: Layers,
    partners: Sequence[int | None],
    *,
    bandwidth_bits_per_second: int = DEFAULT_BANDWIDTH_BITS_PER_SECOND,
) -> Reuse:
    """What one who has the old image fetches for the new one."""
    is_known = _known_blobs(old)
    pairs = enumerate(zip(old, new, strict=False))
    broken = next((position for position, (before, layer) in pairs if not _is_same_blob(before, layer)), None)
    kept_layers = min(len(old), len(new)) if broken is None else broken
    return Reuse(
        kept_layers,
        _fetch(new, (position for position, layer in enumerate(new) if not is_known(layer)), bandwidth_bits_per_second),
        _fetch(new, range(kept_layers, len(new)), bandwidth_bits_per_second),
        None if broken is None else _break(old, new, broken, partners),
    )


def _is_same_blob(before: LayerSide, layer: LayerSide) -> bool:
    """Whether the content is the same and, where that is known of both, its compressed form."""
    digests = before.registry_digest, layer.registry_digest
    return before.diff_id == layer.diff_id and (None in digests or digests[0] == digests[1])


def _known_blobs(old: Layers) -> Callable[[LayerSide], bool]:
    """Tells whether one of the old layers is the same blob."""
    contents, blobs = set(), set()
    for layer in old:
        blobs.add((layer.diff_id, layer.registry_digest))
        contents.add(layer.diff_id)

    def is_known(layer: LayerSide) -> bool:
        if layer.registry_digest is None:
            return layer.diff_id in contents
        return (layer.diff_id, layer.registry_digest) in blobs or (layer.diff_id, None) in blobs

    return is_known


def _open(old: Layers, partners: Iterable[int | None]) -> list[tuple[int, LayerSide]]:
    taken = set(partners)
    return [(position, layer) for position, layer in enumerate(old) if position not in taken]


def _pair(
    partners: list[int | None],
    waiting: Iterable[tuple[int, LayerSide]],
    new: Layers,
    key: Callable[[LayerSide], str | None],
) -> None:
    """Give each new layer without a partner the lowest old one that has the same key."""
    free: dict[str | None, list[int]] = defaultdict(list)
    for position, layer in reversed(list(waiting)):
        free[key(layer)].append(position)
    free.pop(None, None)
    for position, layer in enumerate(new):
        if partners[position] is None and (candidates := free.get(key(layer))):
            partners[position] = candidates.pop()


def _gaps(matches: Iterable[int | None]) -> dict[int, int]:
    """For the layers of a side that have no match: the match of the next lower one that has, -1 for none."""
    gaps: dict[int, int] = {}
    anchor = -1
    for position, match in enumerate(matches):
        if match is None:
            gaps[position] = anchor
        else:
            anchor = match
    return gaps


def _sort(layer: LayerSide) -> tuple[str, bool]:
    return (layer.instruction or "").partition(" ")[0], bool(layer.from_base)


def _change(old: Layers, new: Layers, position: int, partner: int | None, *, is_fetched: bool) -> LayerChange:
    layer = new[position]
    before = None if partner is None else old[partner]
    return LayerChange(
        _kind(before, layer),
        partner,
        position,
        before.instruction if before else None,
        layer.instruction,
        layer.from_base,
        Amount.of(before.content_size if before else 0, layer.content_size),
        is_fetched,
    )


def _kind(before: LayerSide | None, layer: LayerSide) -> LayerChangeKind:
    if before is None:
        return "added"
    if before.diff_id == layer.diff_id:
        return "same"
    return "rebuilt" if instruction_key(before) == instruction_key(layer) else "changed"


def _removed(old: Layers, position: int) -> LayerChange:
    layer = old[position]
    amount = Amount.of(layer.content_size, 0)
    return LayerChange("removed", position, None, layer.instruction, None, layer.from_base, amount, is_fetched=False)


def _fetch(new: Layers, positions: Iterable[int], bandwidth_bits_per_second: int) -> Fetch:
    """The cost of some layers, each distinct blob once."""
    chosen = tuple(positions)
    blobs = {(new[position].diff_id, new[position].registry_digest): new[position] for position in reversed(chosen)}
    wire_bytes = total(layer.wire_bytes for layer in blobs.values())
    return Fetch(
        chosen,
        sum(layer.content_size for layer in blobs.values()),
        wire_bytes,
        any(layer.compressed_size is None for layer in blobs.values()),
        None if wire_bytes is None else round(wire_bytes * 8 / bandwidth_bits_per_second, 1),
    )


def _break(old: Layers, new: Layers, position: int, partners: Sequence[int | None]) -> ReuseBreak:
    before, layer = old[position], new[position]
    reason = _reason(before, layer, position, partners)
    if reason == "removed":
        return ReuseBreak(position, reason, before.instruction, None)
    return ReuseBreak(position, reason, None if reason == "added" else before.instruction, layer.instruction)


def _reason(before: LayerSide, layer: LayerSide, position: int, partners: Sequence[int | None]) -> BreakReason:
    if layer.from_base or before.from_base:
        return "base"
    partner, is_still_used = partners[position], position in partners
    if partner is None:
        return "added" if is_still_used else "instruction"
    if partner != position:
        return "order" if is_still_used else "removed"
    if before.diff_id == layer.diff_id:
        return "compression"
    if instruction_key(before) != instruction_key(layer):
        return "instruction"
    arguments = [without_copied(item.created_by or "") for item in (before, layer)]
    return "content" if arguments[0] == arguments[1] else "argument"
