"""An image's sizes from a file that an earlier run wrote: a JSON report or a saved analysis."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from layerscope.budget.figures import Figures


def is_earlier(path: Path) -> bool:
    """Whether a file looks like what an earlier run wrote; no image begins with a brace."""
    from layerscope.saved.load import is_saved

    try:
        with path.open("rb") as file:
            return file.read(64).lstrip()[:1] == b"{" or is_saved(path)
    except (OSError, ValueError):
        return False


def load_figures(path: Path) -> "Figures":
    """The sizes in a file; raises UsageError for another file, and ImageError for a damaged saved analysis."""
    from layerscope.budget.figures import figures_of, read_figures
    from layerscope.errors import MalformedImage
    from layerscope.saved.load import is_saved, load_analysis
    from layerscope.units import safe_text

    if not is_saved(path):
        return read_figures(path)
    analysis = load_analysis(path)
    if not analysis.is_complete:
        raise MalformedImage(f"The image of {safe_text(str(path))} was read in part.", hint="Analyze it again.")
    return figures_of(analysis)
