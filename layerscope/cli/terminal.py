"""Whether a command opens the terminal's screens, and how it does."""

import gc
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from layerscope.progress import Progress

if TYPE_CHECKING:
    from layerscope.analysis import Analysis


def is_for_people() -> bool:
    """Whether somebody is there to look at screens, who did not ask for anything else: no pipe, no CI."""
    return can_show_screens() and not os.environ.get("CI")


def can_show_screens() -> bool:
    """Whether both ends are a terminal, and one that knows more than lines."""
    has_input = sys.stdin is not None and sys.stdin.isatty()
    return has_input and sys.stdout.isatty() and os.environ.get("TERM", "dumb") not in {"dumb", ""}


def show_scan(
    reference: str,
    analyze: Callable[[Progress], "Analysis"],
    with_gpu_code: Callable[[Progress], "Analysis"] | None = None,
) -> "Analysis":
    """Run a scan in the terminal's screens; raises KeyboardInterrupt where it was cancelled, and the scan's errors."""
    from layerscope.tui.run import run_scan

    def analyze_and_freeze(progress: Progress) -> "Analysis":
        analysis = analyze(progress)
        # Screens live long and make circles of objects, the analysis' million objects are none: collect the former.
        gc.freeze()
        gc.enable()
        return analysis

    return run_scan(reference, analyze_and_freeze, with_gpu_code)
