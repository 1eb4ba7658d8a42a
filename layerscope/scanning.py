"""All layers of a source become scans: at once where the blobs are at rest, in passing where they are not."""

import os
import threading
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol, runtime_checkable

from msgspec import Struct

from layerscope.blob.access import SeekAccess
from layerscope.blob.allowance import Allowance
from layerscope.cache.saves import find_saved
from layerscope.cache.scan_cache import ScanCache
from layerscope.errors import DigestMismatch, ImageError, MalformedImage
from layerscope.layers.probe import ProbeSet
from layerscope.layers.scan import LayerScan
from layerscope.layers.scan_layer import scan_layer
from layerscope.oci.image import Image
from layerscope.progress import Progress
from layerscope.sources.source import Blob, ImageSource

_WORKERS = min(8, os.cpu_count() or 1)


AtRest = Callable[[LayerScan, SeekAccess], None]
"""Gets each scan by seeking as soon as it is made."""


@runtime_checkable
class ScanWatcher(Protocol):
    """A progress that also wants to know what is to come, and each scan as soon as it is there."""

    def planned(self, name: str, total_bytes: int | None) -> None:
        """A blob will be read."""

    def scanned(self, name: str, scan: LayerScan) -> None:
        """A blob was read."""


class Interrupted(Exception):
    """Ends workers whose result nobody waits for any more."""


def scan_blobs(
    source: ImageSource,
    probes: ProbeSet,
    progress: Progress,
    at_rest: AtRest,
    cache: ScanCache | None = None,
    *,
    allowance: Allowance | None = None,
) -> Mapping[str, LayerScan | ImageError]:
    """Scan every blob once; returns scans by the blobs' names. Contents that stay within reach are handed to `at_rest`.

    What `cache` has is not read, and what it has not is kept there. What passes by and is no layer after all comes back
    as an error, which matters only if the image refers to it. `allowance` bounds what all of them unpack to.
    """
    scanner = _Scanner(probes, progress, cache, allowance or Allowance())
    if source.is_passing:
        return {blob.name: scanner.scan_passing(blob) for blob in source.blobs()}
    stop = threading.Event()

    def check() -> None:
        if stop.is_set():
            raise Interrupted

    blobs = list(source.blobs())
    if isinstance(progress, ScanWatcher):
        for blob in blobs:
            progress.planned(blob.name, blob.size_bytes)
    futures: dict[str, Future[LayerScan]] = {}
    done: dict[str, LayerScan] = {}
    with ThreadPoolExecutor(_WORKERS, thread_name_prefix="scan") as pool:
        try:
            for blob in blobs:
                if isinstance(blob.access, SeekAccess):
                    # Only headers are read here, by Python code that no second thread would speed up.
                    done[blob.name] = scanner.scan(blob, check)
                    at_rest(done[blob.name], blob.access)
                else:
                    futures[blob.name] = pool.submit(scanner.scan, blob, check)
            done |= {name: future.result() for name, future in futures.items()}
        except BaseException:
            stop.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return done


def find_known(
    source: ImageSource, cache: ScanCache | None, allowance: Allowance
) -> tuple[Image, Mapping[str, LayerScan]] | None:
    """The image and its layers' scans where the cache has all of it; None where something has to be read."""
    known = find_saved(cache, source) if cache is not None else None
    return known if known is not None and _affords(allowance, known[1].values()) else None


def match_scans(image: Image, scans: Mapping[str, LayerScan | ImageError]) -> list[LayerScan]:
    """The scan of each layer, from the bottom; raises DigestMismatch and ImageError."""
    matched = []
    for layer in image.layers:
        scan = scans.get(layer.blob)
        if scan is None:
            raise ImageError(f"The layer {layer.blob} is missing or is no tar.", hint="Save the image again.")
        if isinstance(scan, ImageError):
            raise scan
        if None not in (layer.blob_size_bytes, scan.blob_bytes) and layer.blob_size_bytes != scan.blob_bytes:
            raise DigestMismatch(
                f"The blob {layer.blob} has {scan.blob_bytes} bytes; its manifest says {layer.blob_size_bytes}.",
                hint="It is truncated or was replaced; save the image again.",
            )
        if scan.diff_id is not None and scan.damage is None and scan.diff_id != layer.diff_id:
            raise DigestMismatch(
                f"Layer {layer.position} ({layer.blob}) unpacks to {scan.diff_id}; the image's configuration says "
                f"{layer.diff_id}.",
                hint="It was damaged or replaced; fetch or save the image again.",
            )
        matched.append(scan)
    return matched


def _affords(allowance: Allowance, scans: Collection[LayerScan]) -> bool:
    """Whether scans that are known could be made within the bounds of this run; what they take is used up."""
    unpacking = [scan for scan in scans if scan.compression != "none" and scan.blob_bytes is not None]
    return allowance.afford(sum(map(len, scans)), [(scan.tar_bytes, scan.blob_bytes or 0) for scan in unpacking])


class _Scanner(Struct, frozen=True):
    """What all blobs of a source share."""

    probes: ProbeSet
    progress: Progress
    cache: ScanCache | None
    allowance: Allowance

    def scan_passing(self, blob: Blob) -> LayerScan | ImageError:
        """The scan of a blob, or why it is no layer."""
        try:
            return self.scan(blob, lambda: None)
        except (MalformedImage, DigestMismatch) as error:
            return error

    def scan(self, blob: Blob, check: Callable[[], None]) -> LayerScan:
        """The scan of a blob, from the cache or its bytes; `check` is called now and then."""

        def advance(count_bytes: int) -> None:
            check()
            self.progress.advance(blob.name, count_bytes)

        self.progress.layer(blob.name, blob.size_bytes)
        scan = self.cache.find(blob) if self.cache is not None else None
        if scan is not None and _affords(self.allowance, [scan]):
            advance(blob.size_bytes or 0)
        else:
            scan = scan_layer(blob.access, self.probes, advance, self.allowance)
            if self.cache is not None:
                self.cache.keep(blob, scan)
        if isinstance(self.progress, ScanWatcher):
            self.progress.scanned(blob.name, scan)
        self.progress.done(blob.name)
        return scan
