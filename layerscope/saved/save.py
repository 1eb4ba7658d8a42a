"""An Analysis as the bytes of a file."""

from layerscope.__about__ import __version__
from layerscope.analysis import Analysis
from layerscope.codec.arrays import ENTRY_LIMIT
from layerscope.codec.codec import Sink
from layerscope.errors import LimitExceeded
from layerscope.saved.container import pack
from layerscope.saved.facts import without_lists
from layerscope.saved.parts import CAUSES, DUPLICATES, SCANS, value_codecs
from layerscope.saved.private import without_secrets, without_text
from layerscope.saved.types import codec_for


def save_analysis(analysis: Analysis) -> bytes:
    """Everything that reports, frames and the browser need, the same bytes for the same analysis.

    Credentials of the configuration and the history are masked; values of the environment, a Dockerfile's text, and
    facts that have become owners are left out. Raises LimitExceeded for an image that is too large to be read again.
    """
    index, sink = analysis.index, Sink()
    if len(index) > ENTRY_LIMIT:
        raise LimitExceeded(f"The image has over {ENTRY_LIMIT} entries and cannot be saved.", hint="Write reports.")
    by_id = {id(scan): without_lists(scan) for scan in index.scans}
    # A blob that is listed twice is one scan.
    scans = tuple(by_id[id(scan)] for scan in index.scans)
    private = {
        "image": without_secrets(analysis.image),
        "dockerfile": without_text(analysis.dockerfile) if analysis.dockerfile else None,
    }
    document = {
        "version": __version__,
        "shapes": sink.shapes,
        "scans": codec_for(SCANS).write(scans, sink),
        "causes": codec_for(CAUSES).write(index.causes, sink),
        "duplicates": codec_for(DUPLICATES).write(index.duplicates, sink),
        "values": {
            name: codec.write(private[name] if name in private else getattr(analysis, name), sink)
            for name, codec in value_codecs().items()
        },
    }
    return pack(document, sink.columns)
