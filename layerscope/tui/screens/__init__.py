"""One file for each screen; a screen is found by being here, and comes by its number."""

import importlib
import pkgutil
from functools import cache

from layerscope.tui.analysis_screen import AnalysisScreen


@cache
def all_screens() -> tuple[type[AnalysisScreen], ...]:
    """Every screen in this folder, in the order of their numbers."""
    found: list[type[AnalysisScreen]] = []
    for module in pkgutil.iter_modules(__path__):
        screen = getattr(importlib.import_module(f"{__name__}.{module.name}"), "SCREEN", None)
        if screen is not None:
            found.append(screen)
    return tuple(sorted(found, key=lambda screen: screen.NUMBER))
