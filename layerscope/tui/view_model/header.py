"""The line above every screen."""

from layerscope.analysis import Analysis
from layerscope.pull_time import human_seconds, pull_seconds
from layerscope.tui.session import Session
from layerscope.units import human_bytes, safe_text


def headline(analysis: Analysis) -> str:
    """The image's name and platform, and whether it was read as a whole."""
    image = analysis.image
    damaged = "" if analysis.is_complete else "  INCOMPLETE: read in part"
    return f"{safe_text(image.reference)}  {safe_text(str(image.platform))}{damaged}"


def size_line(session: Session) -> str:
    """Stored bytes, bytes on the wire and the time of a pull, as far as they are known."""
    transfer = session.analysis.transfer
    stored = f"{human_bytes(session.analysis.index.stored_bytes)} stored"
    wire_bytes = transfer_bytes(session.analysis)
    if wire_bytes is None:
        return stored
    about = "" if transfer.measured_bytes is not None else "~"
    pull = human_seconds(pull_seconds(wire_bytes, session.bandwidth_bits_per_s))
    return f"{stored}, {about}{human_bytes(wire_bytes)} transfer, pull {about}{pull}"


def transfer_bytes(analysis: Analysis) -> int | None:
    """What a pull fetches, measured or estimated; None where nothing is known of it."""
    transfer = analysis.transfer
    return transfer.estimated_bytes if transfer.measured_bytes is None else transfer.measured_bytes
