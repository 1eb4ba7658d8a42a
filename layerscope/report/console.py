"""The text report: what a person reads in ten seconds."""

from collections.abc import Iterable

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from layerscope.analysis import Analysis, LayerTotals
from layerscope.base_image.detected import Confidence, DetectedBase
from layerscope.oci.instruction import clean_instruction
from layerscope.report.bar import stacked_bar
from layerscope.report.console_checks import checks
from layerscope.report.console_device_code import device_code
from layerscope.report.console_findings import what_to_do
from layerscope.report.console_index import duplicates, superseded, warnings
from layerscope.report.console_plan import plan
from layerscope.report.console_switch import switch
from layerscope.report.tables import table as _table
from layerscope.units import human_bandwidth, human_bytes, human_seconds, human_share, safe_text

_TOP = 12


def print_report(analysis: Analysis, console: Console, *, is_plain: bool = False) -> None:
    """Write the whole report to a console; plain means no bars and no drawing characters."""
    parts = [
        _headline(analysis),
        _sizes(analysis),
        checks(analysis.gate),
        switch(analysis),
        what_to_do(analysis),
        plan(analysis),
        _layers(analysis, is_plain=is_plain, width=console.width),
        _categories(analysis, is_plain=is_plain),
        _packages(analysis),
        superseded(analysis.index),
        duplicates(analysis.index, analysis.twins),
        device_code(analysis),
        *warnings(analysis.warnings),
    ]
    console.print(Group(*(part for part in parts if part is not None)), soft_wrap=False)


def _headline(analysis: Analysis) -> Text:
    image = analysis.image
    text = Text(safe_text(image.reference), style="bold")
    text.append(
        f"  {safe_text(str(image.platform))}, {len(image.layers)} layers, from {image.source}\n", style="not bold dim"
    )
    if analysis.detected_base:
        text.append(f"{_base(analysis.detected_base)}\n", style="not bold dim")
    if not analysis.is_complete:
        text.append("INCOMPLETE: a layer is damaged; what could be read is counted.\n", style="bold red")
    return text


def _base(base: DetectedBase) -> str:
    """The base in a line: what it is, how sure that is, and which layers are its own."""
    sure = "" if base.confidence is Confidence.HIGH else f" ({base.confidence.value} confidence)"
    layers = f", layers {base.layers[0]} to {base.layers[-1]}" if base.layers else ""
    return f"base {safe_text(base.title)}{layers}{sure}"


def _sizes(analysis: Analysis) -> Table:
    index = analysis.index
    table = _table(("", "left"), ("bytes", "right"), ("", "left"))
    table.add_row("transfer", *_transfer(analysis))
    table.add_row("stored", human_bytes(index.stored_bytes), f"in all layers, {len(index):,} entries")
    table.add_row("live", human_bytes(index.live_bytes), "visible in a container")
    table.add_row(
        "superseded",
        human_bytes(index.superseded_bytes),
        f"shipped but invisible, {human_share(index.superseded_bytes, index.stored_bytes)} of stored",
    )
    table.add_row(
        "duplicate",
        human_bytes(index.duplicate_bytes),
        f"visible more than once, {human_share(index.duplicate_bytes, index.stored_bytes)} of stored",
    )
    return table


def _transfer(analysis: Analysis) -> tuple[str, str]:
    gate, transfer_bytes = analysis.gate, analysis.transfer_bytes
    if transfer_bytes is None:
        return human_bytes(None), "unknown: layers are uncompressed"
    seconds = human_seconds(gate.pull_seconds(transfer_bytes))
    pull = f"on the wire, {seconds} at {human_bandwidth(gate.bandwidth_bits_per_second)}"
    if analysis.transfer.measured_bytes is not None:
        return human_bytes(transfer_bytes), pull
    return f"~{human_bytes(transfer_bytes)}", f"{pull}, estimated from samples as gzip"


def _layers(analysis: Analysis, *, is_plain: bool, width: int) -> Table | None:
    if not analysis.layer_totals:
        return None
    largest = max(total.content_bytes for total in analysis.layer_totals)
    table = _table(("layer", "right"), ("stored", "right"), ("superseded", "right"), title="Layers, from the bottom")
    if not is_plain:
        table.add_column(width=16 if width < 110 else 24)
    if analysis.dockerfile:
        table.add_column("line", no_wrap=True)
    table.add_column("instruction", no_wrap=True, overflow="ellipsis", ratio=1)
    table.expand = True
    for total in analysis.layer_totals:
        cells: list[RenderableType] = [
            str(total.layer.position),
            human_bytes(total.content_bytes),
            human_bytes(total.superseded_bytes) if total.superseded_bytes else "",
        ]
        if not is_plain:
            live = total.content_bytes - total.superseded_bytes
            cells.append(stacked_bar(live, total.superseded_bytes, largest, width=16 if width < 110 else 24))
        if analysis.dockerfile:
            cells.append(analysis.dockerfile.place([total.layer.position]))
        table.add_row(*cells, _instruction(total))
    return table


def _instruction(total: LayerTotals) -> Text:
    history = total.layer.history
    text = Text(safe_text(clean_instruction(history.created_by)) if history else "")
    if not text.plain:
        text = Text("(unknown)", style="dim")
    if total.scan.damage:
        text = Text("DAMAGED ", style="bold red") + text
    return text


def _categories(analysis: Analysis, *, is_plain: bool) -> Table:
    columns = (("stored", "right"), ("share", "right"), ("to pull", "right"), ("files", "right"))
    table = _table(*columns, title="What it is")
    if not is_plain:
        table.add_column(width=16)
    table.add_column("category")
    stored_bytes = analysis.index.stored_bytes
    for total in analysis.category_totals[:_TOP]:
        cells: list[RenderableType] = [
            human_bytes(total.stored_bytes),
            human_share(total.stored_bytes, stored_bytes),
            human_bytes(total.transfer_estimate_bytes),
            f"{total.files:,}",
        ]
        if not is_plain:
            largest = analysis.category_totals[0].stored_bytes
            cells.append(stacked_bar(total.live_bytes, total.stored_bytes - total.live_bytes, largest, width=16))
        table.add_row(*cells, f"{total.detector.title} ({total.detector.id})")
    return _with_rest(table, analysis.category_totals[_TOP:], "categories", 6 - is_plain)


def _packages(analysis: Analysis) -> Table | None:
    if not analysis.package_totals:
        return None
    table = _table(
        ("stored", "right"), ("files", "right"), ("layers", "left"), ("package", "left"), title="Who brought it"
    )
    for total in analysis.package_totals[:_TOP]:
        package = total.package
        name = Text(safe_text(f"{package.name} {package.version}"))
        name.append(f"  {package.manager}", style="dim")
        table.add_row(human_bytes(total.stored_bytes), f"{total.files:,}", ", ".join(map(str, total.layers)), name)
    _with_rest(table, analysis.package_totals[_TOP:], "packages", 4)
    table.add_row(human_bytes(analysis.unowned_by_packages_bytes), "", "", Text("no package", style="dim"))
    return table


def _with_rest(table: Table, rest: Iterable[object], what: str, columns: int) -> Table:
    others = list(rest)
    if others:
        total = sum(getattr(item, "stored_bytes", 0) for item in others)
        table.add_row(human_bytes(total), *[""] * (columns - 2), f"{len(others)} other {what}")
    return table
