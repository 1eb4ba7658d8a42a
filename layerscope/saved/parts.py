"""What of an analysis is saved as it is, and what is made anew from that: totals, and the index."""

from typing import Any, get_type_hints

import numpy as np
from numpy.typing import NDArray

from layerscope.analysis import Analysis
from layerscope.codec.codec import Codec
from layerscope.index.duplicates import DuplicateGroup
from layerscope.layers.scan import LayerScan
from layerscope.saved.types import codec_for, counted_by

# Made anew when a file is read, so that they cannot contradict the rows.
_DERIVED = frozenset(("index", "layer_totals", "category_totals", "package_totals", "unowned_by_packages_bytes"))

SCANS: Any = tuple[LayerScan, ...]
CAUSES: Any = NDArray[np.uint8]
DUPLICATES: Any = tuple[DuplicateGroup, ...]


def value_codecs() -> dict[str, Codec]:
    """The codecs of the fields of an analysis that are saved as they are."""
    hints = get_type_hints(Analysis)
    return {
        name: codec_for(hints[name], counts=counted_by(name))
        for name in Analysis.__struct_fields__
        if name not in _DERIVED
    }
