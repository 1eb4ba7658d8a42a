"""One small file for each category of bytes; a detector is found by being here."""

import importlib
import pkgutil
from functools import cache

from layerscope.detectors.detector import Detector


@cache
def all_detectors() -> tuple[Detector, ...]:
    """Every detector in this folder, in order of precedence."""
    found = []
    for module in pkgutil.iter_modules(__path__):
        detector = getattr(importlib.import_module(f"{__name__}.{module.name}"), "DETECTOR", None)
        if detector is not None:
            found.append(detector)
    return tuple(sorted(found, key=lambda detector: (detector.group.order, detector.order, detector.id)))
