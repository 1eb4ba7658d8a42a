"""The app from beginning to end, for commands."""

from layerscope.analysis import Analysis
from layerscope.tui.ahead import spare_collector
from layerscope.tui.app import LayerscopeApp
from layerscope.tui.scan import Analyze, Scan

_PATIENCE_S = 1.0


def run_scan(reference: str, analyze: Analyze, with_gpu_code: Analyze | None = None) -> Analysis:
    """Show a scan and what it finds, until the user leaves; returns the analysis.

    `with_gpu_code` makes an analysis of the same image that has its GPU code, for those who ask for it then.
    Raises what the scan raised, and KeyboardInterrupt where the user left before its end.
    """
    scan = Scan(reference, analyze, with_gpu_code)
    app = LayerscopeApp(scan, spare_collector)
    app.run()
    if app.error is not None:
        scan.wait(_PATIENCE_S)
        raise app.error
    if app.session is None:
        raise KeyboardInterrupt
    return app.session.analysis
