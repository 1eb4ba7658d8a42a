"""Whether a table of contents and the layer that it stands behind list the same files.

Engines that pull lazily show what the table says, others what the tar holds: an image whose table lies is two images.
"""

from collections import Counter

import numpy as np

from layerscope.layers.scan import LayerScan
from layerscope.units import safe_text

_SHOWN = 3
_Row = tuple[bytes, int, int, bytes]
"""Path, kind, size in bytes and target."""


def find_difference(table: LayerScan, tar: LayerScan) -> str | None:
    """What one of the two lists and the other does not, as a sentence; None where they agree.

    Names that are not UTF-8 are left out: no table can spell them.
    """
    if _are_equal(table, tar):
        return None
    told, there = _rows(table), _rows(tar)
    made_up, kept_back = told - there, there - told
    count = made_up.total() + kept_back.total()
    if not count:
        return None
    paths = dict.fromkeys(path for path, *_ in sorted([*made_up, *kept_back]))
    shown = ", ".join(f"/{safe_text(path)}" for path in list(paths)[:_SHOWN])
    more = f" and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else ""
    return f"Its table of contents lists other files than it has, so engines may show either: {shown}{more}."


def _are_equal(table: LayerScan, tar: LayerScan) -> bool:
    """Whether both list the same in the same order, as they nearly always do."""
    pairs = [(table.paths, tar.paths), (table.targets, tar.targets)]
    return (
        all(one.arena == other.arena and np.array_equal(one.ends, other.ends) for one, other in pairs)
        and np.array_equal(table.kinds, tar.kinds)
        and np.array_equal(table.sizes, tar.sizes)
    )


def _rows(scan: LayerScan) -> Counter[_Row]:
    """Every entry with a name that a table can spell, as often as it is there."""
    columns = zip(scan.paths, scan.kinds.tolist(), scan.sizes.tolist(), scan.targets, strict=True)
    return Counter(row for row in columns if _is_spelled(row[0]) and _is_spelled(row[3]))


def _is_spelled(name: bytes) -> bool:
    if name.isascii():
        return True
    try:
        return "\N{REPLACEMENT CHARACTER}" not in name.decode()
    except UnicodeDecodeError:
        return False
