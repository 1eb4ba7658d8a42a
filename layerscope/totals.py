"""Adds rows up: by layer, by category, by package."""

from collections.abc import Sequence

import numpy as np

from layerscope.analysis import CategoryTotals, LayerTotals, PackageTotals
from layerscope.classify import Classification
from layerscope.index.apply import LIVE
from layerscope.index.file_index import FileIndex
from layerscope.index.owners import UNOWNED, Owners
from layerscope.layers.columns import Integers, distinct
from layerscope.layers.entry import Kind
from layerscope.oci.image import Image


def total_layers(image: Image, index: FileIndex) -> tuple[LayerTotals, ...]:
    """The figures of each layer, from the bottom."""
    superseded = sum_by_key(index.layers, np.where(index.hidden_by != LIVE, index.sizes, 0), len(index.scans))
    return tuple(
        LayerTotals(
            layer,
            scan,
            scan.blob_bytes if scan.compression != "none" else None,
            scan.content_bytes,
            superseded[layer.position],
        )
        for layer, scan in zip(image.layers, index.scans, strict=True)
    )


def total_categories(
    index: FileIndex, classification: Classification, transfer: Integers | None = None
) -> tuple[CategoryTotals, ...]:
    """The figures of each category that has entries, biggest first; `transfer` has each row's bytes on the wire."""
    detectors, of_rows = classification.detectors, classification.of_rows
    is_file = index.kinds != Kind.DIRECTORY
    files = sum_by_key(of_rows, is_file.astype(np.int64), len(detectors))
    stored = sum_by_key(of_rows, index.sizes, len(detectors))
    live = sum_by_key(of_rows, np.where(index.hidden_by == LIVE, index.sizes, 0), len(detectors))
    unknown: Sequence[int | None] = [None] * len(detectors)
    wire = unknown if transfer is None else sum_by_key(of_rows, transfer, len(detectors))
    totals = [
        CategoryTotals(detector, files[rank], stored[rank], live[rank], wire[rank])
        for rank, detector in enumerate(detectors)
        if files[rank]
    ]
    return tuple(sorted(totals, key=lambda total: (-total.stored_bytes, total.detector.id)))


def total_packages(index: FileIndex, owners: Owners) -> tuple[tuple[PackageTotals, ...], int]:
    """The figures of each package that has files, biggest first; and the stored bytes that no package owns."""
    rows = np.flatnonzero(owners.of_rows != UNOWNED)
    of_rows, sizes = owners.of_rows[rows], index.sizes[rows]
    count = len(owners.packages)
    files = sum_by_key(of_rows, np.ones(len(rows), dtype=np.int64), count)
    stored = sum_by_key(of_rows, sizes, count)
    live = sum_by_key(of_rows, np.where(index.hidden_by[rows] == LIVE, sizes, 0), count)
    layers: list[list[int]] = [[] for _ in range(count)]
    # Pairs as one number each: to sort rows of two columns takes ten times as long.
    for pair in distinct(of_rows * len(index.scans) + index.layers[rows]).tolist():
        layers[pair // len(index.scans)].append(pair % len(index.scans))
    totals = [
        PackageTotals(package, files[number], stored[number], live[number], tuple(layers[number]))
        for number, package in enumerate(owners.packages)
        if files[number]
    ]
    ordered = tuple(sorted(totals, key=lambda total: (-total.stored_bytes, total.package)))
    return ordered, index.stored_bytes - sum(stored)


def sum_by_key(keys: Integers, values: Integers, count: int) -> Sequence[int]:
    """Exact sums by key; `np.bincount` would add up in floating point."""
    sums = np.zeros(count, dtype=np.int64)
    np.add.at(sums, keys, values)
    return [int(value) for value in sums]
