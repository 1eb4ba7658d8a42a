"""A quick look as text: what is known, and in the same breath what is not."""

from collections.abc import Iterator

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from layerscope.oci.instruction import clean_instruction
from layerscope.outline.outline import NO_TABLE, UNKNOWN, Listing, Outline, OutlinedLayer
from layerscope.report.console_checks import checks
from layerscope.report.console_index import duplicates, superseded, warnings
from layerscope.report.tables import table
from layerscope.units import human_bandwidth, human_bytes, human_seconds, human_share, safe_text

_TOP = 12


def print_outline(outline: Outline, console: Console) -> None:
    """Write all that a quick look found to a console."""
    listing = outline.listing
    parts = [
        _headline(outline),
        _sizes(outline),
        checks(outline.gate),
        _layers(outline),
        Text(f"\n{_among(outline)}") if listing and not outline.is_whole else None,
        _categories(listing) if listing else None,
        superseded(listing.index) if listing else None,
        duplicates(listing.index) if listing else None,
        *warnings(outline.warnings),
        Text(f"\n{UNKNOWN}", style="dim"),
    ]
    console.print(Group(*(part for part in parts if part is not None)), soft_wrap=False)


def _headline(outline: Outline) -> Text:
    image, base = outline.image, outline.base
    text = Text(safe_text(image.reference), style="bold")
    text.append(
        f"  {safe_text(str(image.platform))}, {len(image.layers)} layers, from {image.source}\n", style="not bold dim"
    )
    if base.count:
        evidence = base.evidence[0] if base.evidence else ""
        text.append(f"base: the lowest {base.count} layers, by the history. {evidence}\n", style="not bold dim")
    text.append(f"QUICK LOOK: no layer was read; {_told_by(outline)}\n", style="bold yellow")
    if outline.is_damaged:
        text.append("DAMAGED: a table of contents cannot be believed; see the warnings.\n", style="bold red")
    return text


def _told_by(outline: Outline) -> str:
    if not outline.layers:
        return "there is none."
    if outline.is_whole:
        return "files are what each layer's table of contents says."
    if not outline.listing:
        return "none has a table of contents that can be used, so its files are not known."
    known = f"{outline.listed_layers} of {len(outline.layers)} have a table of contents"
    return f"{known}, the files of the others are not known."


def _sizes(outline: Outline) -> Table:
    made = table(("", "left"), ("bytes", "right"), ("", "left"))
    made.add_row("transfer", *_transfer(outline))
    whole, listing = outline.whole, outline.listing
    if whole:
        index = whole.index
        share = human_share(index.superseded_bytes, index.stored_bytes)
        made.add_row("stored", human_bytes(index.stored_bytes), f"in all layers, {len(index):,} entries")
        made.add_row("live", human_bytes(index.live_bytes), "visible in a container")
        made.add_row("superseded", human_bytes(index.superseded_bytes), f"shipped but invisible, {share} of stored")
        made.add_row("duplicate", human_bytes(index.duplicate_bytes), "visible more than once, by digest")
    elif listing:
        made.add_row("stored", f">{human_bytes(listing.index.stored_bytes)}", "in the layers that are listed")
    else:
        made.add_row("stored", human_bytes(None), "unknown: no layer lists its files")
    return made


def _transfer(outline: Outline) -> tuple[str, str]:
    gate, transfer_bytes = outline.gate, outline.transfer_bytes
    if transfer_bytes is None:
        return human_bytes(None), "unknown: the source does not hold what a registry would"
    seconds = human_seconds(gate.pull_seconds(transfer_bytes))
    return human_bytes(transfer_bytes), f"on the wire, {seconds} at {human_bandwidth(gate.bandwidth_bits_per_second)}"


def _layers(outline: Outline) -> Table | None:
    if not outline.layers:
        return None
    columns = (("layer", "right"), ("blob", "right"), ("stored", "right"), ("files", "right"), ("table", "left"))
    made = table(*columns, title="Layers, from the bottom")
    made.add_column("instruction", no_wrap=True, overflow="ellipsis", ratio=1)
    made.expand = True
    for item in outline.layers:
        made.add_row(str(item.layer.position), human_bytes(item.blob_bytes), *_listed(item), _instruction(item))
    return made


def _listed(item: OutlinedLayer) -> Iterator[str]:
    found = item.table
    yield human_bytes(found.scan.content_bytes if found else None)
    yield f"{len(found.scan):,}" if found else "-"
    if found:
        yield found.place.format.value
    else:
        yield "unusable" if item.is_damaged else "none" if item.reason == NO_TABLE else "unknown"


def _instruction(item: OutlinedLayer) -> Text:
    history = item.layer.history
    text = Text(safe_text(clean_instruction(history.created_by)) if history else "")
    return text if text.plain else Text("(unknown)", style="dim")


def _among(outline: Outline) -> str:
    return f"What follows is about the {outline.listed_layers} layers that are listed, as if there were no others."


def _categories(listing: Listing) -> Table | None:
    if not listing.categories and not listing.untold:
        return None
    made = table(("stored", "right"), ("files", "right"), title="What it is, as far as paths tell")
    made.add_column("category")
    for total in listing.categories[:_TOP]:
        name = f"{total.detector.title} ({total.detector.id})"
        made.add_row(human_bytes(total.stored_bytes), f"{total.files:,}", name)
    if rest := listing.categories[_TOP:]:
        made.add_row(human_bytes(sum(total.stored_bytes for total in rest)), "", f"{len(rest)} other categories")
    if untold := listing.untold:
        made.add_row(human_bytes(untold.stored_bytes), f"{untold.files:,}", Text("not told by its path", style="dim"))
    return made
