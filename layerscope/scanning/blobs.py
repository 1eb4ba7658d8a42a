"""Every blob of a source is scanned once, in whichever way is the fastest."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from layerscope.blob.allowance import Allowance
from layerscope.errors import ImageError
from layerscope.layers.probe import ProbeSet
from layerscope.layers.scan import LayerScan
from layerscope.progress import Progress
from layerscope.scanning.in_threads import scan_here
from layerscope.scanning.in_two_processes import scan_together
from layerscope.scanning.scanner import AtRest, Scanner, ScanWatcher
from layerscope.sources.source import ImageSource

if TYPE_CHECKING:
    from layerscope.cache.scan_cache import ScanCache


def scan_blobs(
    source: ImageSource,
    probes: ProbeSet,
    progress: Progress,
    at_rest: AtRest,
    cache: "ScanCache | None" = None,
    *,
    allowance: Allowance | None = None,
    meanwhile: Callable[[], None] | None = None,
) -> Mapping[str, LayerScan | ImageError]:
    """Scan every blob once; returns scans by the blobs' names. Contents that stay within reach are handed to `at_rest`.

    What `cache` has is not read, and what it has not is kept there. What passes by and is no layer after all comes back
    as an error, which matters only if the image refers to it. `allowance` bounds what all of them unpack to.

    With `meanwhile` this process may fork, so that two scan what is at rest; it is called before this one begins to,
    and where others do all the work. Raises ForkUnusable where all is to be done again without.
    """
    scanner = Scanner(probes, progress, cache, allowance or Allowance())
    if source.is_passing:
        return {blob.name: scanner.scan_passing(blob) for blob in source.blobs()}
    blobs = list(source.blobs())
    if isinstance(progress, ScanWatcher):
        for blob in blobs:
            progress.planned(blob.name, blob.size_bytes)
    if meanwhile is not None and (scans := scan_together(blobs, scanner, at_rest, meanwhile)) is not None:
        return scans
    return scan_here(blobs, scanner, at_rest, meanwhile)
