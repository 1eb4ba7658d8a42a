"""What all blobs of a source share that are scanned, in whichever thread or process."""

from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from msgspec import Struct

from layerscope.blob.access import SeekAccess
from layerscope.blob.allowance import Allowance
from layerscope.errors import DigestMismatch, ImageError, MalformedImage
from layerscope.layers.probe import ProbeSet
from layerscope.layers.scan import LayerScan
from layerscope.layers.scan_layer import scan_layer
from layerscope.progress import Progress
from layerscope.sources.source import Blob

if TYPE_CHECKING:
    from layerscope.cache.scan_cache import ScanCache

AtRest = Callable[[LayerScan, SeekAccess], None]
"""Gets each scan by seeking as soon as it is made."""


@runtime_checkable
class ScanWatcher(Protocol):
    """A progress that also wants to know what is to come, and each scan as soon as it is there."""

    def planned(self, name: str, total_bytes: int | None) -> None:
        """A blob will be read."""

    def scanned(self, name: str, scan: LayerScan) -> None:
        """A blob was read."""


class Scanner(Struct, frozen=True):
    """What all blobs of a source share."""

    probes: ProbeSet
    progress: Progress
    cache: "ScanCache | None"
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
        if scan is not None and affords(self.allowance, [scan]):
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


def affords(allowance: Allowance, scans: Collection[LayerScan]) -> bool:
    """Whether scans that are known could be made within the bounds of this run; what they take is used up."""
    unpacking = [scan for scan in scans if scan.compression != "none" and scan.blob_bytes is not None]
    return allowance.afford(entries_of(scans), [(scan.tar_bytes, scan.blob_bytes or 0) for scan in unpacking])


def entries_of(scans: Iterable[LayerScan]) -> list[tuple[int, int]]:
    """The entries of each, and the bytes that they were packed in."""
    return [(len(scan), scan.tar_bytes if scan.blob_bytes is None else scan.blob_bytes) for scan in scans]
