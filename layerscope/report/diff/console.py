"""A difference as text: the verdict first, then what changed, the largest change first."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from layerscope.checks.check import Status
from layerscope.diff.amount import Amount
from layerscope.diff.difference import (
    CategoryChange,
    ComparedImage,
    Difference,
    FindingChange,
    LayerChange,
    PackageChange,
)
from layerscope.diff.verdict import sum_up
from layerscope.report.bar import signed_bar
from layerscope.report.diff.rows import (
    Changed,
    changed_layers,
    layer_text,
    others_text,
    package_text,
    size_rows,
    where_text,
)
from layerscope.report.tables import table
from layerscope.units import human_bytes, safe_text, signed_bytes

_TOP = 12
_BAR_CELLS = 17
_STATUS_STYLES = {Status.FAILED: "bold red", Status.SKIPPED: "yellow", Status.PASSED: "green"}
_Change = TypeVar("_Change", bound=Changed)


def print_difference(difference: Difference, console: Console, *, is_plain: bool = False) -> None:
    """Write the comparison to a console; plain means no bars and no drawing characters."""
    categories = [change for change in difference.categories if change.stored.delta_bytes]
    layers = changed_layers(difference)
    parts: list[RenderableType | None] = [
        _headline(difference),
        _sizes(difference),
        _checks(difference),
        _changes("What it is", categories, _category, is_plain=is_plain),
        _changes("Who brought it", difference.packages, _package, is_plain=is_plain),
        _changes("Layers", layers, _layer, is_plain=is_plain),
        _findings(difference.findings),
        *_warnings(difference),
    ]
    console.print(Group(*(part for part in parts if part is not None)), soft_wrap=False)


def _headline(difference: Difference) -> Text:
    text = Text()
    for name, image in (("old", difference.old), ("new", difference.new)):
        text.append(f"{name}  ").append(safe_text(image.reference), style="bold")
        text.append(f"  {_described(image)}\n", style="dim")
    return text.append("\n" + "\n".join(sum_up(difference)))


def _described(image: ComparedImage) -> str:
    base = f"\n     base {safe_text(image.base)}" if image.base else ""
    return safe_text(f"{image.platform}, from {image.source}") + ("" if image.complete else ", INCOMPLETE") + base


def _sizes(difference: Difference) -> Table:
    made = table(
        ("bytes", "left"), ("old", "right"), ("new", "right"), ("change", "right"), ("", "right"), title="Sizes"
    )
    for row in size_rows(difference):
        made.add_row(*row)
    return made


def _checks(difference: Difference) -> Table | None:
    if not difference.checks:
        return None
    made = table(("", "left"), ("check", "left"), title="Checks")
    for check in difference.checks:
        status = Text(check.status.value, style=_STATUS_STYLES[check.status])
        made.add_row(status, f"{safe_text(check.id)}: {safe_text(check.reason)}")
    return made


def _changes(
    title: str, changes: Sequence[_Change], describe: Callable[[_Change], Text], *, is_plain: bool
) -> Table | None:
    """A table of the largest changes, and the others in a row; None where nothing changed."""
    if not changes:
        return None
    made = table(("change", "right"), ("old", "right"), ("new", "right"), title=title)
    if not is_plain:
        made.add_column(width=_BAR_CELLS)
    # An instruction may be a whole script; packages and categories are short.
    is_one_line = describe is _layer
    made.add_column(overflow="ellipsis" if is_one_line else "fold", no_wrap=is_one_line, ratio=1)
    made.expand = is_one_line
    largest = max(change.stored.weight for change in changes)
    for change in changes[:_TOP]:
        made.add_row(*_amount(change.stored, largest, is_plain=is_plain), describe(change))
    if rest := changes[_TOP:]:
        rest_bytes = sum(change.stored.delta_bytes or 0 for change in rest)
        made.add_row(signed_bytes(rest_bytes), "", "", *[""] * (not is_plain), others_text(len(rest)))
    return made


def _amount(amount: Amount, largest: int, *, is_plain: bool) -> Iterator[RenderableType]:
    yield signed_bytes(amount.delta_bytes)
    yield human_bytes(amount.old_bytes)
    yield human_bytes(amount.new_bytes)
    if not is_plain:
        yield signed_bar(amount.delta_bytes or 0, largest, width=_BAR_CELLS)


def _category(change: CategoryChange) -> Text:
    return Text(safe_text(f"{change.title} ({change.id})")).append(where_text(change.base, change.own), style="dim")


def _package(change: PackageChange) -> Text:
    text = Text(safe_text(package_text(change))).append(f"  {safe_text(change.manager)}", style="dim")
    return text.append(where_text(change.base, change.own), style="dim")


def _layer(change: LayerChange) -> Text:
    return Text(safe_text(layer_text(change)))


def _findings(changes: Sequence[FindingChange]) -> Table | None:
    if not changes:
        return None
    made = table(("can be saved", "right"), ("", "left"), ("where", "left"), title="Findings")
    made.add_column("finding, and what to do", overflow="fold", ratio=1)
    for change in changes[:_TOP]:
        text = Text(safe_text(f"{change.title} ({change.id})"))
        if change.kind in ("new", "grown"):
            text.append(f"\n{safe_text(change.fix)}", style="dim")
        where = "base" if change.who_can_fix == "base" else ""
        made.add_row(signed_bytes(change.reclaimable.delta_bytes), change.kind, where, text)
    if rest := changes[_TOP:]:
        rest_bytes = sum(change.reclaimable.delta_bytes or 0 for change in rest)
        made.add_row(signed_bytes(rest_bytes), "", "", others_text(len(rest)))
    return made


def _warnings(difference: Difference) -> Iterator[Text]:
    for warning in difference.warnings:
        yield Text(f"\nNote: {safe_text(warning)}", style="yellow")
