"""Superseded bytes: who hides them and why."""

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from layerscope.index.apply import LIVE
from layerscope.index.cause import Cause
from layerscope.layers.columns import Integers, distinct

_NEVER = np.iinfo(np.int32).max


class SupersededGroup(Struct, frozen=True):
    """Bytes with one cause, shipped by one layer and hidden by one; `rows` hold them, the biggest first."""

    cause: Cause
    layer: int
    hidden_by: int
    superseded_bytes: int
    rows: tuple[int, ...]


def hide_contents(
    data_rows: Integers, hidden_by: NDArray[np.int32], causes: NDArray[np.uint8]
) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
    """When and why each content went out of sight; returns hiding layer and cause for the rows that hold contents.

    A content is live while any of its names is. Otherwise the name that was hidden last decides; among several of
    one layer the content's own name, then the first in order.
    """
    content_hidden_by, content_causes = hidden_by.copy(), causes.copy()
    names = np.flatnonzero((data_rows >= 0) & (data_rows != np.arange(len(data_rows))))
    if not len(names):
        return content_hidden_by, content_causes
    contents = distinct(data_rows[names])
    rows = np.concatenate([contents, names])
    owners = data_rows[rows]
    hidden = np.where(hidden_by[rows] == LIVE, _NEVER, hidden_by[rows])
    order = np.lexsort((rows, rows != owners, -hidden.astype(np.int64), owners))
    _, firsts = np.unique(owners[order], return_index=True)
    deciding = rows[order][firsts]
    content_hidden_by[contents] = hidden_by[deciding]
    content_causes[contents] = causes[deciding]
    return content_hidden_by, content_causes


def group_superseded(
    sizes: Integers, layers: Integers, hidden_by: NDArray[np.int32], causes: NDArray[np.uint8]
) -> tuple[SupersededGroup, ...]:
    """Add up the hidden bytes by cause and both layers, biggest first."""
    rows = np.flatnonzero((hidden_by != LIVE) & (sizes > 0))
    order = np.lexsort((rows, -sizes[rows], hidden_by[rows], layers[rows], causes[rows]))
    rows = rows[order]
    keys = np.stack([causes[rows], layers[rows], hidden_by[rows]], axis=1).astype(np.int64)
    starts = np.flatnonzero(np.any(np.diff(keys, axis=0, prepend=-2), axis=1))
    groups = (
        [
            SupersededGroup(Cause(int(key[0])), int(key[1]), int(key[2]), int(sizes[part].sum()), tuple(part.tolist()))
            for key, part in zip(keys[starts], np.split(rows, starts[1:]), strict=True)
        ]
        if len(rows)
        else []
    )
    return tuple(sorted(groups, key=lambda group: (-group.superseded_bytes, group.layer, group.hidden_by, group.cause)))
