"""Tables for spreadsheets and data frames, a row at a time: all entries, or totals.

RFC 4180 with `\\n`, in UTF-8, with a header. Sizes are bytes. A text that a spreadsheet would take for a formula gets
an apostrophe before it (OWASP, CSV injection); what is unknown is an empty cell.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from layerscope.analysis import Analysis
from layerscope.index.apply import LIVE
from layerscope.index.cause import Cause
from layerscope.layers.entry import Kind
from layerscope.oci.instruction import clean_instruction
from layerscope.units import safe_text

_PIECE_BYTES = 1 << 16
_AT_ONCE = 1 << 14
_FORMULA_STARTS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
Row = Sequence[str | int | None]


def render_csv(analysis: Analysis) -> Iterator[bytes]:
    """One row for each entry of each layer: where and what it is, whose, and what became of it."""
    header = (
        *("path", "layer", "kind", "size_bytes", "category", "package", "live", "hidden_by", "cause"),
        "transfer_bytes",
    )
    return csv_lines(header, _files(analysis))


def render_csv_categories(analysis: Analysis) -> Iterator[bytes]:
    """One row for each category; the stored bytes add up to the image's."""
    header = ("category", "title", "group", "files", "stored_bytes", "live_bytes", "transfer_bytes_estimate")
    rows = (
        (
            total.detector.id,
            total.detector.title,
            total.detector.group.value,
            total.files,
            total.stored_bytes,
            total.live_bytes,
            total.transfer_estimate_bytes,
        )
        for total in analysis.category_totals
    )
    return csv_lines(header, rows)


def render_csv_packages(analysis: Analysis) -> Iterator[bytes]:
    """One row for each package that has files."""
    header = ("manager", "name", "version", "files", "stored_bytes", "live_bytes", "layers")
    rows = (
        (
            total.package.manager,
            csv_text(total.package.name),
            csv_text(total.package.version),
            total.files,
            total.stored_bytes,
            total.live_bytes,
            " ".join(map(str, total.layers)),
        )
        for total in analysis.package_totals
    )
    return csv_lines(header, rows)


def render_csv_layers(analysis: Analysis) -> Iterator[bytes]:
    """One row for each layer, from the bottom."""
    header = (
        *("layer", "diff_id", "entries", "content_bytes", "superseded_bytes", "compressed_bytes", "from_base"),
        "instruction",
    )
    base = analysis.base
    is_known = bool(base.count or base.evidence)
    rows = (
        (
            total.layer.position,
            str(total.layer.diff_id),
            len(total.scan),
            total.content_bytes,
            total.superseded_bytes,
            total.compressed_bytes,
            yes_or_no(total.layer.position < base.count) if is_known else None,
            csv_text(clean_instruction(total.layer.history.created_by)) if total.layer.history else None,
        )
        for total in analysis.layer_totals
    )
    return csv_lines(header, rows)


def render_csv_findings(analysis: Analysis) -> Iterator[bytes]:
    """One row for each finding, the most reclaimable bytes first."""
    header = (
        *("finding", "subject", "level", "reclaimable_bytes", "claimed_bytes", "files", "layers", "who_can_fix"),
        *("confidence", "title", "fix"),
    )
    rows = (
        (
            finding.rule.id,
            csv_text(finding.subject) if finding.subject else None,
            analysis.gate.level(finding.rule.id).value,
            finding.reclaimable_bytes,
            finding.claimed_bytes,
            len(finding.rows),
            " ".join(map(str, finding.layers)),
            finding.who_can_fix,
            finding.confidence.value,
            finding.rule.title,
            csv_text(finding.fix),
        )
        for finding in analysis.findings
    )
    return csv_lines(header, rows)


def _files(analysis: Analysis) -> Iterator[Row]:
    index, transfer = analysis.index, analysis.transfer.of_rows
    kinds = [kind.name.lower() for kind in Kind]
    causes = [cause.id for cause in Cause]
    categories = [detector.id for detector in analysis.classification.detectors]
    packages = dict(enumerate(csv_text(f"{item.manager}:{item.name}") for item in analysis.owners.packages))
    for start in range(0, len(index), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        paths = index.tree.paths.at(index.nodes[part])
        columns = (index.layers, index.kinds, index.sizes, analysis.classification.of_rows, analysis.owners.of_rows)
        hidden_by, why = index.hidden_by[part].tolist(), index.causes[part].tolist()
        wire = [None] * len(paths) if transfer is None else transfer[part].tolist()
        rows = zip(paths, *(column[part].tolist() for column in columns), hidden_by, why, wire, strict=True)
        for path, layer, kind, size, category, owner, hider, cause, share in rows:
            is_live = hider == LIVE
            yield (
                *(csv_text(b"/" + path), layer, kinds[kind], size, categories[category], packages.get(owner)),
                *(yes_or_no(is_live), None if is_live else hider, None if is_live else causes[cause], share),
            )


def csv_lines(header: Sequence[str], rows: Iterable[Row]) -> Iterator[bytes]:
    """The table in pieces of a bounded size."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    for row in chain([header], rows):
        writer.writerow(row)
        if buffer.tell() > _PIECE_BYTES:
            yield buffer.getvalue().encode("utf-8")
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode("utf-8")


def csv_text(text: bytes | str) -> str:
    """A text out of an image for a cell."""
    safe = safe_text(text)
    return f"'{safe}" if safe.startswith(_FORMULA_STARTS) else safe


def yes_or_no(value: bool) -> str:
    """What is true or false, for a cell."""
    return "yes" if value else "no"
