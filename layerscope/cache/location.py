"""Where the cache is: LAYERSCOPE_CACHE_DIR, else the user's folder for caches."""

import os
from pathlib import Path

from layerscope.errors import SourceUnavailable


def cache_path() -> Path:
    """The folder of the cache, which need not be there yet; raises SourceUnavailable for a user without a home."""
    if named := os.environ.get("LAYERSCOPE_CACHE_DIR"):
        return Path(named).absolute()
    shared = os.environ.get("XDG_CACHE_HOME", "")
    try:
        # The specification of these folders has relative ones ignored.
        parent = Path(shared) if shared.startswith("/") else Path.home() / ".cache"
    except RuntimeError as error:
        raise SourceUnavailable("There is no home folder for the cache.", hint="Set LAYERSCOPE_CACHE_DIR.") from error
    return parent / "layerscope"
