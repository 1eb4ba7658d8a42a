"""What the file index alone says, in the text report: what is invisible, and what is there more than once."""

from collections.abc import Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from layerscope.index.file_index import FileIndex
from layerscope.report.tables import table
from layerscope.twins import FunctionalDuplicate
from layerscope.units import human_bytes, safe_text

_TOP = 12


def superseded(index: FileIndex) -> Table | None:
    """What is shipped and invisible, by cause and layers; None where nothing is."""
    groups = index.superseded
    if not groups:
        return None
    made = table(
        ("bytes", "right"),
        ("files", "right"),
        ("layer", "left"),
        ("why, and the largest path", "left"),
        title="Shipped but invisible",
    )
    for group in groups[:_TOP]:
        where = f"{group.layer}" if group.layer == group.hidden_by else f"{group.layer}, hidden by {group.hidden_by}"
        text = Text(group.cause.reason)
        text.append(f"  /{safe_text(index.path(group.rows[0]))}", style="dim")
        made.add_row(human_bytes(group.superseded_bytes), f"{len(group.rows):,}", where, text)
    rest = groups[_TOP:]
    if rest:
        made.add_row(human_bytes(sum(group.superseded_bytes for group in rest)), "", "", f"{len(rest)} others")
    return made


def duplicates(index: FileIndex, twins: Sequence[FunctionalDuplicate] = ()) -> Table | None:
    """Contents and libraries that are there more than once; None where there are none."""
    if not index.duplicates and not twins:
        return None
    made = table(
        ("waste", "right"), ("copies", "right"), ("each", "right"), ("where", "left"), title="There more than once"
    )
    for group in index.duplicates[: _TOP // 2]:
        where = _places(index, sorted(group.rows, key=lambda row: index.path(index.name_row(row))))
        made.add_row(human_bytes(group.waste_bytes), str(len(group.rows)), human_bytes(group.bytes_each), where)
    rest = index.duplicates[_TOP // 2 :]
    if rest:
        made.add_row(human_bytes(sum(group.waste_bytes for group in rest)), "", "", f"{len(rest):,} others")
    for twin in twins[: _TOP // 2]:
        where = Text(f"{safe_text(twin.soname)}, one library in different bytes\n") + _places(index, twin.rows)
        size_bytes = int(index.sizes[twin.rows[0]])
        made.add_row(human_bytes(twin.waste_bytes), str(len(twin.rows)), human_bytes(size_bytes), where)
    return made


def _places(index: FileIndex, rows: Sequence[int]) -> Text:
    where = Text("\n").join(Text("/" + safe_text(index.path(index.name_row(row)))) for row in rows[:2])
    if len(rows) > 2:
        where.append(f"\nand {len(rows) - 2} more", style="dim")
    return where


def warnings(texts: Sequence[str]) -> list[RenderableType]:
    """What could not be read or is odd."""
    if not texts:
        return []
    lines = [Text(f"\n{len(texts)} warnings", style="bold")]
    lines += [Text(f"  {warning}") for warning in texts[:_TOP]]
    if len(texts) > _TOP:
        lines.append(Text(f"  and {len(texts) - _TOP} more in the JSON report", style="dim"))
    return list(lines)
