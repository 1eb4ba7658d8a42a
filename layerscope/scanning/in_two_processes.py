"""Scanning what is at rest by this process and its fork, which have the blobs between them."""

from collections.abc import Callable, Sequence

from layerscope.blob.access import SeekAccess
from layerscope.blob.allowance import ENTRY_LIMIT, Allowance
from layerscope.forking.scan_process import ForkUnusable, ScanProcess
from layerscope.layers.scan import LayerScan
from layerscope.layers.scan_layer import scan_layer
from layerscope.scanning.scanner import AtRest, Scanner, entries_of
from layerscope.sources.source import Blob

# Of less than this, most layers are read before a fork is there.
_WORTHWHILE_BYTES = 32 << 20


def scan_together(
    blobs: Sequence[Blob], scanner: Scanner, at_rest: AtRest, meanwhile: Callable[[], None]
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


class _Pair:
    """This process and its fork, which scan blobs at rest between them."""

    def __init__(self, blobs: Sequence[Blob], scanner: Scanner, at_rest: AtRest) -> None:
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
        if not self._scanner.allowance.afford(entries_of(self._done.values())):
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
