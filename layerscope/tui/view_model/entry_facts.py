"""What is known of a file or a folder, for the detail pane."""

import stat
from datetime import UTC, datetime

import numpy as np

from layerscope.analysis import Analysis
from layerscope.index.apply import LIVE
from layerscope.index.cause import Cause
from layerscope.index.owners import UNOWNED
from layerscope.layers.columns import Integers
from layerscope.layers.entry import Entry, Kind
from layerscope.units import human_bytes, safe_text

Facts = list[tuple[str, str]]

_TYPES = {
    Kind.FILE: stat.S_IFREG,
    Kind.HARDLINK: stat.S_IFREG,
    Kind.DIRECTORY: stat.S_IFDIR,
    Kind.SYMLINK: stat.S_IFLNK,
    Kind.FIFO: stat.S_IFIFO,
    Kind.DEVICE: stat.S_IFCHR,
}
_MOST_CATEGORIES = 6


def entry_facts(analysis: Analysis, row: int) -> Facts:
    """Layer, package, category, permissions and fate of one row of the index."""
    index, entry = analysis.index, analysis.index.entry(row)
    owner = int(analysis.owners.of_rows[row])
    package = None if owner == UNOWNED else analysis.owners.packages[owner]
    category = analysis.classification.detectors[int(analysis.classification.of_rows[row])]
    facts = [
        ("path", f"/{safe_text(entry.path)}"),
        ("size", f"{human_bytes(entry.size)}, {entry.size:,} bytes"),
        ("layer", str(int(index.layers[row]))),
        ("category", f"{category.title} ({category.id})"),
        ("package", safe_text(f"{package.name} {package.version} ({package.manager})") if package else "none"),
        ("mode", f"{stat.filemode(_TYPES.get(entry.kind, 0) | entry.mode)}  {entry.uid}:{entry.gid}"),
        ("changed", _time(entry)),
    ]
    if entry.target:
        facts.append(("hard link to" if entry.kind is Kind.HARDLINK else "leads to", safe_text(entry.target)))
    if analysis.transfer.of_rows is not None:
        facts.append(("on the wire", human_bytes(int(analysis.transfer.of_rows[row]))))
    if index.hidden_by[row] != LIVE:
        cause = Cause(int(index.causes[row])).id.replace("-", " ")
        facts.append(("hidden by", f"layer {int(index.hidden_by[row])}: {cause}"))
    return facts


def folder_facts(analysis: Analysis, path: bytes, rows: Integers, sizes: Integers) -> Facts:
    """What the bytes below a folder are, the most first; `rows` are those below it that are shown."""
    kinds = analysis.classification.of_rows[rows]
    totals = np.zeros(len(analysis.classification.detectors), dtype=np.int64)
    np.add.at(totals, kinds, sizes[rows])
    largest = [rank for rank in np.argsort(-totals, kind="stable").tolist() if totals[rank]][:_MOST_CATEGORIES]
    whole_bytes = int(totals.sum())
    return [
        ("folder", f"/{safe_text(path)}"),
        ("size", human_bytes(whole_bytes)),
        *((human_bytes(int(totals[rank])), analysis.classification.detectors[rank].title) for rank in largest),
    ]


def _time(entry: Entry) -> str:
    """The time of the last change, as the tar has it; no date is made up for one that no calendar has."""
    try:
        return datetime.fromtimestamp(entry.mtime_ns // 10**9, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (ValueError, OverflowError, OSError):
        return f"{entry.mtime_ns / 10**9:.0f} s since 1970"
