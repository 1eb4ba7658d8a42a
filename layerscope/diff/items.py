"""Compares categories, packages and findings of two images by what identifies them in both."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Protocol, TypeVar

from layerscope.diff.amount import Amount, total
from layerscope.diff.difference import (
    CategoryChange,
    FindingChange,
    FindingChangeKind,
    PackageChange,
    PackageChangeKind,
)
from layerscope.diff.side import FindingSide, PackageSide, Side

_PATHS_LIMIT = 5
_Item = TypeVar("_Item")
_Key = TypeVar("_Key", bound=Hashable)


class Stored(Protocol):
    """What has stored bytes, some of them in the base image's layers."""

    @property
    def stored_bytes(self) -> int:
        """All of them."""
        ...

    @property
    def base_stored_bytes(self) -> int | None:
        """Those in the base image's layers."""
        ...


def compare_categories(old: Side, new: Side) -> tuple[CategoryChange, ...]:
    """Every category that one of them has, changed or not."""
    pairs = _paired(old.categories, new.categories, lambda item: item.id)
    changes = [
        CategoryChange(key, (after or before)[0].title, *_amounts(before, after)) for key, (before, after) in pairs
    ]
    return tuple(sorted(changes, key=lambda change: (-change.stored.weight, change.id)))


def compare_packages(old: Side, new: Side) -> tuple[PackageChange, ...]:
    """The packages that changed; several versions of one are taken together."""
    changes = []
    for key, (before, after) in _paired(old.packages, new.packages, lambda item: (item.manager, item.name)):
        stored, base, own = _amounts(before, after)
        if kind := _package_kind(before, after, stored):
            changes.append(PackageChange(*key, kind, _versions(before), _versions(after), stored, base, own))
    return tuple(sorted(changes, key=lambda change: (-change.stored.weight, change.manager, change.name)))


def compare_findings(old: Side, new: Side) -> tuple[FindingChange, ...]:
    """The rules whose findings changed; those of one rule and one party are taken together."""
    changes = []
    for (rule, who), (before, after) in _paired(old.findings, new.findings, lambda item: (item.id, item.who_can_fix)):
        reclaimable = Amount.of(_reclaimable(before), _reclaimable(after))
        if kind := _finding_kind(len(before), len(after), reclaimable):
            shown = max(after or before, key=lambda item: item.reclaimable_bytes)
            paths, counts = tuple(shown.paths[:_PATHS_LIMIT]), (len(before), len(after))
            changes.append(FindingChange(rule, shown.title, who, kind, *counts, reclaimable, paths, shown.fix.text))
    return tuple(sorted(changes, key=lambda change: (-change.reclaimable.weight, change.id, change.who_can_fix)))


def _paired(
    old: Iterable[_Item], new: Iterable[_Item], key: Callable[[_Item], _Key]
) -> Iterable[tuple[_Key, tuple[list[_Item], list[_Item]]]]:
    """The items of both sides that have one key; one of the two lists may be empty."""
    pairs: dict[_Key, tuple[list[_Item], list[_Item]]] = defaultdict(lambda: ([], []))
    for item in old:
        pairs[key(item)][0].append(item)
    for item in new:
        pairs[key(item)][1].append(item)
    return pairs.items()


def _amounts(before: Sequence[Stored], after: Sequence[Stored]) -> tuple[Amount, Amount, Amount]:
    """All stored bytes, the base's and the image's own."""
    sides = [_parts(before), _parts(after)]
    stored, base, own = (Amount.of(one, two) for one, two in zip(*sides, strict=True))
    return stored, base, own


def _parts(items: Sequence[Stored]) -> tuple[int, int | None, int | None]:
    stored_bytes = sum(item.stored_bytes for item in items)
    base_bytes = total(item.base_stored_bytes for item in items)
    return stored_bytes, base_bytes, None if base_bytes is None else stored_bytes - base_bytes


def _versions(items: Iterable[PackageSide]) -> tuple[str, ...]:
    return tuple(sorted({item.version for item in items}))


def _package_kind(
    before: Sequence[PackageSide], after: Sequence[PackageSide], stored: Amount
) -> PackageChangeKind | None:
    if not before:
        return "added"
    if not after:
        return "removed"
    if _versions(before) != _versions(after):
        return "version"
    return "content" if stored.delta_bytes else None


def _reclaimable(findings: Iterable[FindingSide]) -> int:
    return sum(finding.reclaimable_bytes for finding in findings)


def _finding_kind(old_count: int, new_count: int, reclaimable: Amount) -> FindingChangeKind | None:
    if not old_count:
        return "new"
    if not new_count:
        return "gone"
    if reclaimable.delta_bytes:
        return "grown" if reclaimable.delta_bytes > 0 else "shrunk"
    return "changed" if old_count != new_count else None
