"""What the rows of a comparison say, in every format for people."""

from collections.abc import Iterator
from typing import Protocol

from layerscope.diff.amount import Amount
from layerscope.diff.difference import Difference, LayerChange, PackageChange
from layerscope.diff.instruction import shorten
from layerscope.diff.verdict import share_of_old
from layerscope.units import human_bytes, signed_bytes

_INSTRUCTION_CHARACTERS = 160
_VERSIONS = 3


class Changed(Protocol):
    """What has stored bytes before and after."""

    @property
    def stored(self) -> Amount:
        """These bytes."""
        ...


def size_rows(difference: Difference) -> Iterator[tuple[str, str, str, str, str]]:
    """Name, old, new, change and change in percent of each size; parties only where their layers are told apart."""
    sizes, base = difference.sizes, difference.base
    yield _size(
        "transfer", sizes.transfer, ("~" * sizes.old_transfer_is_estimate, "~" * sizes.new_transfer_is_estimate)
    )
    yield _size("stored", sizes.stored)
    if base.own.delta_bytes is not None:
        yield _size("of it the base's", base.base)
        yield _size("of it yours", base.own)
    yield _size("live", sizes.live)
    yield _size("superseded", sizes.superseded)
    yield _size("duplicate", sizes.duplicate)


def _size(name: str, amount: Amount, marks: tuple[str, str] = ("", "")) -> tuple[str, str, str, str, str]:
    old, new = (
        mark * (size_bytes is not None) + human_bytes(size_bytes)
        for mark, size_bytes in zip(marks, (amount.old_bytes, amount.new_bytes), strict=True)
    )
    return name, old, new, signed_bytes(amount.delta_bytes), share_of_old(amount)


def changed_layers(difference: Difference) -> list[LayerChange]:
    """The layers that are not the same, the largest change first."""
    changed = [change for change in difference.layers if change.kind != "same"]
    return sorted(changed, key=lambda change: -change.stored.weight)


def layer_text(change: LayerChange) -> str:
    """Where a layer stands, what became of it, and its instruction."""
    old, new = change.old_position, change.new_position
    place = f"{old}" if new is None else f"{new}" if old in (None, new) else f"{old} → {new}"
    instruction = (change.new_instruction if new is not None else change.old_instruction) or "(unknown)"
    of_base = ", the base's" if change.from_base else ""
    fetched = ", fetched" if change.is_fetched else ""
    return f"{place} {change.kind}{of_base}{fetched}: {shorten(instruction, _INSTRUCTION_CHARACTERS)}"


def package_text(change: PackageChange) -> str:
    """A package with its versions before and after."""
    old, new = _versions(change.old_versions), _versions(change.new_versions)
    if change.kind == "version":
        return f"{change.name} {old} → {new}"
    return f"{change.name} {new or old} ({'other bytes' if change.kind == 'content' else change.kind})"


def where_text(base: Amount, own: Amount) -> str:
    """The base's part of a change where it has one; nothing where all of it is the image's own or nobody knows."""
    if not base.delta_bytes:
        return ""
    if not own.delta_bytes:
        return "  in the base"
    return f"  the base {signed_bytes(base.delta_bytes)}, yours {signed_bytes(own.delta_bytes)}"


def others_text(count: int) -> str:
    """What stands for the rest of a list."""
    return f"{count} other" if count == 1 else f"{count} others"


def _versions(versions: tuple[str, ...]) -> str:
    more = len(versions) - _VERSIONS
    return " and ".join(versions[:_VERSIONS]) + (f" and {more} more" if more > 0 else "")
