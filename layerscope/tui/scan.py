"""A scan in a thread of its own, so that keys are answered meanwhile."""

import threading
from collections.abc import Callable

from layerscope.analysis import Analysis
from layerscope.progress import Progress
from layerscope.tui.messages import ScanEnded
from layerscope.tui.scan_state import ScanState

Analyze = Callable[[Progress], Analysis]


class Scan:
    """What makes an analysis of a reference, and how far it is; `with_gpu_code` would make one that has GPU code."""

    def __init__(self, reference: str, analyze: Analyze, with_gpu_code: Analyze | None = None) -> None:
        self.reference = reference
        self.with_gpu_code = with_gpu_code
        self.state = ScanState()
        self._analyze = analyze
        self._thread: threading.Thread | None = None

    def start(self, post: Callable[[ScanEnded], object]) -> None:
        """Begin; `post` gets what came of it, from the other thread.

        The thread is a daemon: somebody who cancels does not wait for a read that hangs.
        """
        self._thread = threading.Thread(target=self._run, args=(post,), name="scan-for-screens", daemon=True)
        self._thread.start()

    def wait(self, timeout_s: float) -> bool:
        """Wait for a cancelled scan to end; returns whether it did."""
        if self._thread is not None:
            self._thread.join(timeout_s)
        return self._thread is None or not self._thread.is_alive()

    def _run(self, post: Callable[[ScanEnded], object]) -> None:
        try:
            result: Analysis | BaseException = self._analyze(self.state)
        except BaseException as error:  # noqa: BLE001 - it is raised again where the app was started
            result = error
        post(ScanEnded(result))
