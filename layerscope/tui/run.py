"""The app from beginning to end, for commands."""

from collections.abc import Callable

from layerscope.analysis import Analysis
from layerscope.progress import Progress
from layerscope.tui.app import LayerscopeApp
from layerscope.tui.scan import Scan

_PATIENCE_S = 1.0


def run_scan(reference: str, analyze: Callable[[Progress], Analysis]) -> Analysis:
    """Show a scan and what it finds, until the user leaves; returns the analysis.

    Raises what the scan raised, and KeyboardInterrupt where the user left before its end.
    """
    scan = Scan(reference, analyze)
    app = LayerscopeApp(scan)
    app.run()
    if app.error is not None:
        scan.wait(_PATIENCE_S)
        raise app.error
    if app.session is None:
        raise KeyboardInterrupt
    return app.session.analysis
