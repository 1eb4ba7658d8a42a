"""What needs contents at rest, beside or after the scans: comparing and estimating, or what an earlier run found."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Self

from blake3 import blake3

from layerscope.blob.access import LayerAccess, SeekAccess
from layerscope.comparing.content_comparer import ContentComparer
from layerscope.estimating.transfer_estimate import estimate_transfer
from layerscope.layers.columns import Integers
from layerscope.layers.scan import LayerScan

if TYPE_CHECKING:
    from layerscope.cache.records import KeptContents
    from layerscope.cache.scan_cache import ScanCache

Estimates = tuple[Integers | None, ...]


class ContentWork:
    """Gets scans by seeking as they are made, and begins at once unless all of them are known; used as a context."""

    def __init__(self, cache: "ScanCache | None") -> None:
        self.accesses: dict[int, LayerAccess] = {}
        self._cache = cache
        self._all_found = cache is not None
        self._waiting: list[tuple[LayerScan, SeekAccess]] = []
        self._comparer = ContentComparer()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="estimate")
        self._scans: Sequence[LayerScan] = ()
        self._distinct: list[LayerScan] = []
        self._known: KeptContents | None = None
        self._estimates: Future[Estimates] | None = None

    def __enter__(self) -> Self:
        self._comparer.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._pool.shutdown()
        self._comparer.__exit__(*error)

    def add(self, scan: LayerScan, access: SeekAccess) -> None:
        """Note a scan by seeking. Comparing is mostly reading, in threads of its own, and begins with the first two."""
        self.accesses[id(scan)] = access
        self._waiting.append((scan, access))
        self._all_found = self._all_found and self._cache is not None and self._cache.has_found(scan)
        if not self._all_found:
            self._compare_waiting()

    def begin(self, scans: Sequence[LayerScan]) -> None:
        """All layers of the image are there: look up what is known of them, or begin with what is not."""
        self._scans = scans
        by_id = {id(scan): scan for scan in scans}
        self._distinct = [scan for scan in by_id.values() if id(scan) in self.accesses]
        if self._cache is not None and self._all_found:
            self._known = self._cache.contents(scans)
        if self._known is None:
            self._compare_waiting()
            accesses = [self.accesses[id(scan)] for scan in self._distinct]
            self._estimates = self._pool.submit(estimate_transfer, self._distinct, accesses)

    def classes(self, layers: Integers, rows: Integers) -> Integers:
        """A number for each content, equal where the contents are; raises SourceUnavailable as the accesses do."""
        asked = blake3(layers.tobytes() + rows.tobytes()).digest()
        if self._known is not None and self._known.asked == asked:
            return self._known.numbers
        self._compare_waiting()
        numbers = self._comparer.classes(self._scans, layers, rows)
        if self._cache is not None:
            from layerscope.cache.records import KeptContents

            self._cache.keep_contents(self._scans, KeptContents(asked, numbers, self._estimated()))
        return numbers

    def estimates(self) -> Mapping[int, Integers | None]:
        """What each layer's rows at rest would weigh on the wire, by the `id()` of their scans."""
        return {id(scan): rows for scan, rows in zip(self._distinct, self._estimated(), strict=True)}

    def _estimated(self) -> Estimates:
        if self._estimates is not None:
            return self._estimates.result()
        return self._known.estimates if self._known is not None else ()

    def _compare_waiting(self) -> None:
        for scan, access in self._waiting:
            self._comparer.add(scan, access)
        self._waiting.clear()
