"""The pipeline in one function: a reference becomes an Analysis."""

from functools import partial

from layerscope.analysis import Analysis
from layerscope.classify import classify
from layerscope.comparing.content_comparer import ContentComparer
from layerscope.errors import ImageError
from layerscope.index.file_index import FileIndex, compare_contents
from layerscope.index.layer_stack import stack_layers
from layerscope.index.owners import assign_owners
from layerscope.layers.probe import ProbeSet
from layerscope.layers.scan import LayerScan
from layerscope.packages import file_lists
from layerscope.probes import dpkg, python_dist
from layerscope.progress import Progress, SilentProgress
from layerscope.scanning import match_scans, scan_blobs
from layerscope.sources.open import open_source
from layerscope.sources.options import OpenOptions
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
    with ContentComparer() as comparer:
        # Comparing is mostly reading, in threads of its own, and begins with the first two layers.
        scans = scan_blobs(source, ProbeSet(PROBES), progress, comparer.add)
        image = source.image()
        matched = match_scans(image, scans)
        progress.stage("Attributing bytes")
        stack = stack_layers(matched)
        owners = assign_owners(stack, file_lists(stack))
        classification = classify(stack, owners)
        progress.stage("Comparing files")
        index = compare_contents(stack, partial(comparer.classes, matched))
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


def _warnings(scans: list[LayerScan], index: FileIndex) -> list[str]:
    warnings: list[str] = []
    seen: set[int] = set()
    for position, scan in enumerate(scans):
        if id(scan) not in seen:
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
