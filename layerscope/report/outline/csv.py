"""Every entry of the listed layers as a table, in the form that the full analysis' table has."""

from collections.abc import Iterator

from layerscope.index.apply import LIVE
from layerscope.index.cause import Cause
from layerscope.layers.entry import Kind
from layerscope.outline.outline import Listing, Outline
from layerscope.report.csv import Row, csv_lines, csv_text, yes_or_no

_AT_ONCE = 1 << 14
_HEADER = ("path", "layer", "kind", "size_bytes", "live", "hidden_by", "cause")


def render_quick_csv(outline: Outline) -> Iterator[bytes]:
    """One row for each entry; whether it is live is an empty cell unless every layer is listed."""
    return csv_lines(_HEADER, _entries(outline.listing, is_whole=outline.is_whole) if outline.listing else ())


def _entries(listing: Listing, *, is_whole: bool) -> Iterator[Row]:
    index = listing.index
    kinds, causes = [kind.name.lower() for kind in Kind], [cause.id for cause in Cause]
    for start in range(0, len(index), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        paths = index.tree.paths.at(index.nodes[part])
        columns = (index.layers, index.kinds, index.sizes, index.hidden_by, index.causes)
        for path, layer, kind, size_bytes, hider, cause in zip(
            paths, *(column[part].tolist() for column in columns), strict=True
        ):
            is_live = hider == LIVE
            # A layer that is not listed may hide what no listed one does.
            live = yes_or_no(is_live) if is_whole or not is_live else None
            hidden = (None, None) if is_live else (hider, causes[cause])
            yield (csv_text(b"/" + path), layer, kinds[kind], size_bytes, live, *hidden)
