"""Scanning in this process: streams in threads, for what unpacks them needs no lock of the interpreter."""

import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from layerscope.blob.access import SeekAccess
from layerscope.layers.scan import LayerScan
from layerscope.scanning.scanner import AtRest, Scanner
from layerscope.sources.source import Blob

_WORKERS = min(8, os.cpu_count() or 1)
_SWITCH_SECONDS = 0.000_3


class Interrupted(Exception):
    """Ends workers whose result nobody waits for any more."""


def scan_here(
    blobs: Sequence[Blob], scanner: Scanner, at_rest: AtRest, meanwhile: Callable[[], None] | None
) -> dict[str, LayerScan]:
    """Scan all blobs in this process: streams in threads, what is at rest in this one."""
    stop = threading.Event()

    def check() -> None:
        if stop.is_set():
            raise Interrupted

    streams = [blob for blob in blobs if not isinstance(blob.access, SeekAccess)]
    done: dict[str, LayerScan] = {}
    with _quick_switching(), ThreadPoolExecutor(_WORKERS, thread_name_prefix="scan") as pool:
        try:
            # The largest first, or one of them would be what all wait for in the end.
            largest_first = sorted(streams, key=lambda blob: -(blob.size_bytes or 0))
            futures = {blob.name: pool.submit(scanner.scan, blob, check) for blob in largest_first}
            if meanwhile is not None and futures:
                meanwhile()
            for blob in blobs:
                if isinstance(blob.access, SeekAccess):
                    # Only headers are read here, by Python code that no second thread would speed up.
                    done[blob.name] = scanner.scan(blob, check)
                    at_rest(done[blob.name], blob.access)
            done |= {blob.name: futures[blob.name].result() for blob in streams}
        except BaseException:
            stop.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return done


@contextmanager
def _quick_switching() -> Iterator[None]:
    """Let threads have the interpreter's lock after less time than it takes to unpack a piece."""
    usual_seconds = sys.getswitchinterval()
    sys.setswitchinterval(_SWITCH_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(usual_seconds)
