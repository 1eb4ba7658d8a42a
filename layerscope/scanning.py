"""All layers of a source become scans: at once where the blobs are at rest, in passing where they are not."""

import os
import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol, runtime_checkable

from msgspec import Struct

from layerscope.blob.access import SeekAccess
from layerscope.blob.allowance import ENTRY_LIMIT, Allowance
from layerscope.cache.saves import find_saved
from layerscope.cache.scan_cache import ScanCache
from layerscope.errors import DigestMismatch, ImageError, MalformedImage
from layerscope.forking.scan_process import ForkUnusable, ScanProcess
from layerscope.layers.probe import ProbeSet
from layerscope.layers.scan import LayerScan
from layerscope.layers.scan_layer import scan_layer
from layerscope.oci.image import Image
from layerscope.progress import Progress
from layerscope.sources.source import Blob, ImageSource

_WORKERS = min(8, os.cpu_count() or 1)
# Of less than this, most layers are read before a fork is there.
_WORTHWHILE_BYTES = 32 << 20

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
    meanwhile: Callable[[], None] | None = None,
) -> Mapping[str, LayerScan | ImageError]:
    """Scan every blob once; returns scans by the blobs' names. Contents that stay within reach are handed to `at_rest`.

    What `cache` has is not read, and what it has not is kept there. What passes by and is no layer after all comes back
    as an error, which matters only if the image refers to it. `allowance` bounds what all of them unpack to.

    With `meanwhile` this process may fork, so that two scan what is at rest; it is called before this one begins to.
    Raises ForkUnusable where all is to be done again without.
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
    if meanwhile is not None and (scans := _scan_together(blobs, scanner, at_rest, meanwhile)) is not None:
        return scans
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


def _scan_together(
    blobs: Sequence[Blob], scanner: "_Scanner", at_rest: AtRest, meanwhile: Callable[[], None]
) -> dict[str, LayerScan] | None:
    """Scan all blobs in two processes; None where there cannot be two, or one does as well."""
    # What a store knows of a layer would be read once more here, since contents are compared and sampled here.
    are_plain = all(type(blob.access) is SeekAccess for blob in blobs)
    is_worthwhile = sum(blob.size_bytes or 0 for blob in blobs) >= _WORTHWHILE_BYTES
    if not are_plain or not is_worthwhile or scanner.knows_any(blobs):
        return None
    pair = _Pair(blobs, scanner, at_rest)
    process = ScanProcess.start(len(blobs), pair.read)
    return pair.scan(process, meanwhile) if process is not None else None


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
        self.end(blob, scan)
        return scan

    def knows_any(self, blobs: Iterable[Blob]) -> bool:
        """Whether some of the blobs were probably read by an earlier run."""
        return self.cache is not None and any(map(self.cache.has, blobs))

    def end(self, blob: Blob, scan: LayerScan) -> None:
        """Say that a blob was read."""
        if isinstance(self.progress, ScanWatcher):
            self.progress.scanned(blob.name, scan)
        self.progress.done(blob.name)


class _Pair:
    """This process and its fork, which scan blobs at rest between them."""

    def __init__(self, blobs: Sequence[Blob], scanner: _Scanner, at_rest: AtRest) -> None:
        self._blobs = blobs
        self._scanner = scanner
        self._at_rest = at_rest
        # Of what is at rest only entries are counted, by each process its own.
        self._allowance = Allowance(entry_limit=ENTRY_LIMIT // 2)
        self._begun: set[int] = set()
        self._done: dict[str, LayerScan] = {}

    def read(self, number: int, advance: Callable[[int], None]) -> LayerScan:
        """The scan of a blob, in either process."""
        return scan_layer(self._blobs[number].access, self._scanner.probes, advance, self._allowance)

    def scan(self, process: ScanProcess[LayerScan], meanwhile: Callable[[], None]) -> dict[str, LayerScan]:
        """Scan what the fork does not, and take from it what it does."""
        with process:
            meanwhile()
            while (number := process.draw()) is not None:

                def advance(count_bytes: int, number: int = number) -> None:
                    self._advance(number, count_bytes)
                    self._hear(process)

                self._end(number, self.read(number, advance))
            while len(self._done) < len(self._blobs):
                self._hear(process, is_waiting=True)
        if not self._scanner.allowance.afford(sum(map(len, self._done.values()))):
            raise ForkUnusable
        return self._done

    def _hear(self, process: ScanProcess[LayerScan], *, is_waiting: bool = False) -> None:
        for number, count_bytes, scan in process.hear(is_waiting=is_waiting):
            if scan is None:
                self._advance(number, count_bytes)
            else:
                self._end(number, scan)

    def _advance(self, number: int, count_bytes: int) -> None:
        blob = self._blobs[number]
        if number not in self._begun:
            self._begun.add(number)
            self._scanner.progress.layer(blob.name, blob.size_bytes)
        self._scanner.progress.advance(blob.name, count_bytes)

    def _end(self, number: int, scan: LayerScan) -> None:
        """Take a scan; what is odd about one is left to one process, which tells it whoever was faster."""
        if scan.damage is not None:
            raise ForkUnusable
        blob = self._blobs[number]
        if self._scanner.cache is not None:
            self._scanner.cache.keep(blob, scan)
        self._done[blob.name] = scan
        self._scanner.end(blob, scan)
        if isinstance(blob.access, SeekAccess):
            self._at_rest(scan, blob.access)
