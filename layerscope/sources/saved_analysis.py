"""How a saved analysis begins, so that one that is taken for an image is told apart from it."""

from pathlib import Path

from layerscope.errors import UsageError
from layerscope.units import safe_text

MAGIC = b"layerscope-analysis "


def refuse_saved(path: Path, prefix: bytes) -> None:
    """Say what to do with a saved analysis where an image is asked for; raises UsageError for one."""
    if prefix.startswith(MAGIC):
        name = safe_text(str(path))
        raise UsageError(
            f"{name} is a saved analysis and no image.", hint=f"Show it with `layerscope render {name} --to text`."
        )
