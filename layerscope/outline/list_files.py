"""The tables of an image's layers on top of one another."""

from collections.abc import Sequence

import numpy as np

from layerscope.classify import classify
from layerscope.index.apply import LIVE
from layerscope.index.file_index import build_index
from layerscope.index.layer_stack import LayerStack
from layerscope.index.owners import Owners, Package
from layerscope.layers.builder import ScanBuilder
from layerscope.layers.columns import Integers
from layerscope.layers.scan import LayerScan
from layerscope.outline.outline import Listing, OutlinedLayer
from layerscope.tables.read_table import finish_scan
from layerscope.totals import sum_by_key, total_categories


def list_files(layers: Sequence[OutlinedLayer]) -> Listing | None:
    """Stack what is known; None where no layer has a table."""
    if layers and all(item.table is None for item in layers):
        return None
    nothing = finish_scan(ScanBuilder())
    scans = [nothing if item.table is None else item.table.scan for item in layers]

    def same_contents(positions: Integers, rows: Integers) -> Integers:
        return _classes(scans, positions, rows)

    index = build_index(scans, same_contents)
    classification = classify(index, _owned_by_somebody(index))
    totals = total_categories(index, classification)
    last = classification.detectors[-1]
    hidden = sum_by_key(index.layers, np.where(index.hidden_by != LIVE, index.sizes, 0), len(scans))
    return Listing(
        index,
        tuple(total for total in totals if total.detector is not last),
        next((total for total in totals if total.detector is last), None),
        tuple(hidden),
    )


def _owned_by_somebody(stack: LayerStack) -> Owners:
    """Owners that settle nothing: a category that a path has only where no package owns it is not known, then."""
    return Owners((Package("", "", ""),), np.zeros(len(stack), np.int64))


def _classes(scans: Sequence[LayerScan], positions: Integers, rows: Integers) -> Integers:
    """Numbers that are equal where the digests are; a content without one is like no other."""
    keys: dict[bytes, int] = {}
    found = np.empty(len(rows), dtype=np.int64)
    for number, (position, row) in enumerate(zip(positions.tolist(), rows.tolist(), strict=True)):
        scan = scans[position]
        digest = scan.hashes[row].tobytes() if scan.hashed[row] else b""
        found[number] = keys.setdefault(digest, number) if digest else number
    return found
