"""What uncompressed layers would weigh on the wire: an estimate of gzip's result, from samples.

A layer's rows that compress alike are put into strata: big files alone, others by extension. Places are drawn at even
distances over all bytes, stratum after stratum, so each stratum is sampled as much as it has bytes.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from layerscope.blob.access import LayerAccess, RandomReader, SeekAccess
from layerscope.blob.gzip_size import PIECE_BYTES, gzip_share
from layerscope.estimating.strata import extensions, stratify, stratum_means
from layerscope.layers.columns import Integers, frozen
from layerscope.layers.scan import LayerScan
from layerscope.layers.transfer_shares import end_records

BUDGET_BYTES = 8 << 20
_ENOUGH_PIECES = 4
_NO_CONTENT = -1


def estimate_transfer(
    scans: Sequence[LayerScan], accesses: Sequence[LayerAccess], budget_bytes: int = BUDGET_BYTES
) -> tuple[Integers | None, ...]:
    """Estimate the bytes on the wire of each row of each layer; None for a layer that is no tar at rest.

    Reads and compresses `budget_bytes`, and at most one piece more for each layer. Raises SourceUnavailable as the
    accesses do.
    """
    budgets = _divide([scan.tar_bytes for scan in scans], budget_bytes)
    return tuple(
        _estimate_layer(scan, access.reader, budget) if isinstance(access, SeekAccess) else None
        for scan, access, budget in zip(scans, accesses, budgets, strict=True)
    )


def _divide(sizes_bytes: Sequence[int], budget_bytes: int) -> list[int]:
    """Each layer's budget: half goes by size, so that the total is good, and half by its root, so that each layer is.

    A layer that needs less than its part leaves the rest unused.
    """
    sizes = np.array(sizes_bytes, dtype=np.float64)
    roots = np.sqrt(sizes)
    parts = (sizes / max(1.0, sizes.sum()) + roots / max(1.0, roots.sum())) / 2
    return [int(part) for part in parts * budget_bytes]


def _estimate_layer(scan: LayerScan, reader: RandomReader, budget_bytes: int) -> Integers:
    ends = end_records(scan.content_starts, scan.sizes, scan.tar_bytes)
    sizes = np.diff(ends, prepend=0)
    total_bytes = int(sizes.sum())
    if not total_bytes:
        return np.zeros(len(scan), np.int64)
    count = -(-min(max(1, budget_bytes), total_bytes) // PIECE_BYTES)
    keys = np.where(scan.sizes > 0, extensions(scan.paths), _NO_CONTENT)
    strata, strata_count = stratify(keys, sizes, _ENOUGH_PIECES * total_bytes / count)
    sampled, starts = _draw(strata, sizes, ends, count)
    shares = stratum_means(strata[sampled], _measure(reader, starts), strata_count)
    estimates: Integers = frozen(np.rint(sizes * shares[strata]), np.int64)
    return estimates


def _draw(strata: Integers, sizes: Integers, ends: Integers, count: int) -> tuple[Integers, Integers]:
    """The rows that are sampled, and where in the tar a piece of each begins."""
    order = np.argsort(strata, kind="stable")
    ordered_ends = np.cumsum(sizes[order])
    places = ((np.arange(count) + 0.5) * (int(ordered_ends[-1]) / count)).astype(np.int64)
    chosen = np.searchsorted(ordered_ends, places, side="right")
    rows = order[chosen]
    offsets = places - (ordered_ends[chosen] - sizes[rows])
    # A piece stays in a long record. That of a short one begins with its header and goes on into those that follow,
    # as compression does.
    starts = ends[rows] - sizes[rows] + np.minimum(offsets, np.maximum(sizes[rows] - PIECE_BYTES, 0))
    return rows, starts


def _measure(reader: RandomReader, starts: Integers) -> NDArray[np.float64]:
    """The share in gzip of the piece at each place, read in the order of the tar."""
    shares = np.empty(len(starts))
    for position in np.argsort(starts, kind="stable").tolist():
        shares[position] = gzip_share(reader.read_at(int(starts[position]), PIECE_BYTES))
    return shares
