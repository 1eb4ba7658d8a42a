"""Device code in the text report: by GPU architecture, and the files that hold most of it."""

from collections import defaultdict

from rich.table import Table
from rich.text import Text

from layerscope.analysis import Analysis
from layerscope.report.tables import table
from layerscope.units import human_bytes, human_share, safe_text

_TOP = 8


def device_code(analysis: Analysis) -> Table | None:
    """What each architecture takes; None where it was not asked for."""
    report = analysis.device_code
    if report is None:
        return None
    totals = report.totals
    all_bytes = sum(item.size_bytes for item in totals)
    title = (
        f"GPU code in libraries: {human_bytes(all_bytes)}, {human_share(all_bytes, analysis.index.live_bytes)} of live"
    )
    made = table(("bytes", "right"), ("share", "right"), ("for", "left"), ("as", "left"), title=title)
    by_target: dict[tuple[str, str], int] = defaultdict(int)
    for item in totals:
        by_target[item.architecture, item.kind] += item.size_bytes
    for (architecture, kind), size_bytes in sorted(by_target.items(), key=lambda entry: (-entry[1], entry[0])):
        made.add_row(human_bytes(size_bytes), human_share(size_bytes, all_bytes), architecture, kind)
    for library in report.libraries[:_TOP]:
        library_bytes = sum(entry.size_bytes for entry in library.code.entries)
        path = Text(f"/{safe_text(analysis.index.path(library.row))}", style="dim")
        made.add_row(human_bytes(library_bytes), "", "in", path)
    if report.unread:
        made.add_row("", "", "", Text(f"{len(report.unread)} files were not read: {report.unread[0]}", style="dim"))
    return made
