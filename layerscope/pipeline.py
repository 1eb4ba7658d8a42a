"""The pipeline in one function: a reference becomes an Analysis."""

import numpy as np
from numpy.typing import NDArray

from layerscope.analysis import Analysis
from layerscope.blob.access import LayerAccess, SeekAccess
from layerscope.classify import classify
from layerscope.errors import ImageError
from layerscope.index.file_index import FileIndex, build_index
from layerscope.index.owners import assign_owners
from layerscope.layers.columns import Integers
from layerscope.layers.complete import complete_hashes
from layerscope.layers.probe import ProbeSet
from layerscope.layers.scan import LayerScan
from layerscope.oci.image import Image
from layerscope.packages import file_lists
from layerscope.probes import dpkg, python_dist
from layerscope.progress import Progress, SilentProgress
from layerscope.scanning import match_scans, scan_blobs
from layerscope.sources.open import OpenOptions, open_source
from layerscope.sources.source import ImageSource
from layerscope.totals import total_categories, total_layers, total_packages, total_transfer
from layerscope.units import safe_text

PROBES = (*dpkg.PROBES, *python_dist.PROBES)


def analyze_image(reference: str, options: OpenOptions | None = None, progress: Progress | None = None) -> Analysis:
    """Take an image apart.

    Raises UsageError for a reference or an option that makes no sense, and ImageError and its kin for an image that
    cannot be found or read. A damaged layer is no error: the analysis says that it is not complete.
    """
    progress = progress or SilentProgress()
    source = open_source(reference, options or OpenOptions(), progress)
    try:
        analysis = _analyze_source(source, progress)
    except BaseException:
        _close_quietly(source)
        raise
    source.close()
    return analysis


def _analyze_source(source: ImageSource, progress: Progress) -> Analysis:
    progress.stage("Reading layers")
    scans, accesses = scan_blobs(source, ProbeSet(PROBES), progress)
    image = source.image()
    matched = match_scans(image, scans)
    progress.stage("Comparing files")
    index = build_index(matched, _HashReader(image, matched, accesses, progress))
    progress.stage("Attributing bytes")
    owners = assign_owners(index, file_lists(index))
    classification = classify(index, owners)
    packages, unowned_bytes = total_packages(index, owners)
    return Analysis(
        image,
        index,
        owners,
        classification,
        total_layers(image, index),
        total_categories(index, classification),
        packages,
        unowned_bytes,
        total_transfer(image, index),
        tuple(_warnings(matched, index)),
        all(scan.damage is None for scan in matched),
    )


class _HashReader:
    """Completes hashes that scans by seeking left out."""

    def __init__(
        self, image: Image, scans: list[LayerScan], accesses: dict[str, LayerAccess], progress: Progress
    ) -> None:
        self._image = image
        self._scans = scans
        self._accesses = accesses
        self._progress = progress

    def __call__(self, layer: int, rows: Integers) -> NDArray[np.uint8]:
        """The hashes of some rows of a layer."""
        scan, name = self._scans[layer], self._image.layers[layer].blob
        access = self._accesses[name]
        if not isinstance(access, SeekAccess):
            raise ImageError(f"The layer {name} was read without hashing its files.")
        self._progress.layer(name, int(scan.sizes[rows].sum()))
        hashes = complete_hashes(scan, access, rows, lambda count: self._progress.advance(name, count))
        self._progress.done(name)
        return hashes


def _warnings(scans: list[LayerScan], index: FileIndex) -> list[str]:
    warnings: list[str] = []
    seen: set[int] = set()
    for position, scan in enumerate(scans):
        if id(scan) in seen:
            continue
        seen.add(id(scan))
        if scan.damage:
            warnings.append(f"Layer {position} is damaged and was read in part: {scan.damage}")
        warnings += [f"Layer {position}: {text}" for text in scan.warnings]
        if index.idle_whiteouts[position]:
            warnings.append(f"Layer {position}: {index.idle_whiteouts[position]} whiteouts hide nothing.")
    for row in index.broken_links[:20].tolist():
        warnings.append(f"Layer {index.layers[row]}: the hard link {safe_text(index.path(row))} leads to no file.")
    if len(index.broken_links) > 20:
        warnings.append(f"{len(index.broken_links) - 20} more hard links lead to no file.")
    return warnings


def _close_quietly(source: ImageSource) -> None:
    """Close after another error, which is the one to tell."""
    try:
        source.close()
    except ImageError:
        return
