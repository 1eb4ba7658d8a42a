"""A comparison in Markdown, for job summaries and for comments on merge requests: what changed, and what to do."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from layerscope.checks.check import Status
from layerscope.diff.amount import Amount
from layerscope.diff.difference import CategoryChange, Difference, FindingChange, LayerChange, PackageChange
from layerscope.diff.verdict import sum_up
from layerscope.report.diff.rows import (
    Changed,
    changed_layers,
    layer_text,
    others_text,
    package_text,
    size_rows,
    where_text,
)
from layerscope.report.markdown import join_sections
from layerscope.report.markdown_text import bar, code, details, prose, table
from layerscope.report.texts import cut
from layerscope.units import human_bytes, signed_bytes

MARKER = "<!-- layerscope-diff -->"
"""The first line, by which a job finds its own comment to edit it in place; nobody sees it."""
_ROWS = 15
_FINDINGS = 5
_PATHS = 3
_SENTENCE_CHARACTERS = 600
_Change = TypeVar("_Change", bound=Changed)


def render_diff_markdown(difference: Difference) -> bytes:
    """The verdict and the sizes; what is long unfolds when clicked."""
    categories = [change for change in difference.categories if change.stored.delta_bytes]
    sections = (
        ("checks", _checks(difference)),
        ("findings", _findings(difference.findings)),
        ("categories", _changes("What it is", categories, _category)),
        ("packages", _changes("Who brought it", difference.packages, _package)),
        ("layers", _changes("Layers", changed_layers(difference), _layer)),
        ("notes", [f"- Note: {prose(cut(text, _SENTENCE_CHARACTERS))}" for text in difference.warnings]),
    )
    return join_sections([MARKER, *_headline(difference)], sections)


def _headline(difference: Difference) -> Iterator[str]:
    yield f"## layerscope: {code(difference.old.reference)} → {code(difference.new.reference)}"
    yield ""
    for sentence in sum_up(difference):
        yield f"- {prose(cut(sentence, _SENTENCE_CHARACTERS))}"
    yield ""
    yield from table(("", ">old", ">new", ">change", ">"), size_rows(difference))
    yield ""


def _checks(difference: Difference) -> list[str]:
    rows = (
        (f"**{check.status.value}**" if check.status is Status.FAILED else check.status.value, prose(check.reason))
        for check in difference.checks
    )
    return ["### Checks", "", *table(("", "growth"), rows), ""] if difference.checks else []


def _findings(changes: Sequence[FindingChange]) -> list[str]:
    if not changes:
        return []
    rows = [
        (
            signed_bytes(change.reclaimable.delta_bytes) if change.reclaimable.delta_bytes else "",
            change.kind,
            f"{prose(cut(change.title, 200))} ({code(change.id)})",
            "the base" if change.who_can_fix == "base" else "",
        )
        for change in changes[:_ROWS]
    ]
    rest = [("", "", others_text(len(changes) - _ROWS), "")] if len(changes) > _ROWS else []
    lines = ["### Findings", "", *table((">can be saved", "", "finding", "in"), [*rows, *rest]), ""]
    for change in [change for change in changes if change.kind in ("new", "grown")][:_FINDINGS]:
        paths = [f"- {code(path)}" for path in change.paths[:_PATHS]]
        lines += details(cut(change.title, 200), [prose(cut(change.fix, 1_000)), "", *paths])
    return lines


def _changes(title: str, changes: Sequence[_Change], describe: Callable[[_Change], str]) -> list[str]:
    """The largest changes in a table, and the others in its last row."""
    if not changes:
        return []
    largest = max(change.stored.weight for change in changes)
    rows = [(*_amount(change.stored, largest), describe(change)) for change in changes[:_ROWS]]
    if rest := changes[_ROWS:]:
        rest_bytes = sum(change.stored.delta_bytes or 0 for change in rest)
        rows.append((signed_bytes(rest_bytes), "", "", "", others_text(len(rest))))
    return details(title, table((">change", ">old", ">new", "", "what"), rows))


def _amount(amount: Amount, largest: int) -> tuple[str, str, str, str]:
    shrunk = amount.weight if (amount.delta_bytes or 0) < 0 else 0
    drawn = bar(amount.weight, largest, shaded=shrunk)
    return signed_bytes(amount.delta_bytes), human_bytes(amount.old_bytes), human_bytes(amount.new_bytes), drawn


def _category(change: CategoryChange) -> str:
    return f"{prose(cut(change.title, 200))} ({code(change.id)}){where_text(change.base, change.own)}"


def _package(change: PackageChange) -> str:
    return f"{code(package_text(change))} {code(change.manager)}{where_text(change.base, change.own)}"


def _layer(change: LayerChange) -> str:
    return code(layer_text(change))
