"""The line above every screen."""

from layerscope.analysis import Analysis
from layerscope.units import human_bytes, human_seconds, safe_text


def headline(analysis: Analysis) -> str:
    """The image's name and platform, and whether it was read as a whole."""
    image = analysis.image
    damaged = "" if analysis.is_complete else "  INCOMPLETE: read in part"
    return f"{safe_text(image.reference)}  {safe_text(str(image.platform))}{damaged}"


def size_line(analysis: Analysis) -> str:
    """Stored bytes, bytes on the wire and the time of a pull, as far as they are known."""
    stored = f"{human_bytes(analysis.index.stored_bytes)} stored"
    transfer_bytes = analysis.transfer_bytes
    if transfer_bytes is None:
        return stored
    about = "" if analysis.transfer.measured_bytes is not None else "~"
    pull = human_seconds(analysis.gate.pull_seconds(transfer_bytes))
    return f"{stored}, {about}{human_bytes(transfer_bytes)} transfer, pull {about}{pull}"
