"""What a later layer changed about files whose contents it left as they were."""

import numpy as np
from msgspec import Struct

from layerscope.findings.case import Case
from layerscope.index.superseded import SupersededGroup
from layerscope.layers.columns import Integers, Mask


class Changes(Struct, frozen=True, eq=False):
    """For each of `rows` whether its mode, its owner, or its extended attributes differ one layer up.

    A row that the upper layer does not have at the same path, as with hard links, counts in `has_other_name`.
    """

    rows: Integers
    has_other_mode: Mask
    has_other_owner: Mask
    has_other_xattrs: Mask
    has_other_name: Mask

    @property
    def is_meant(self) -> Mask:
        """Which rows differ in more than their time, which any rewrite changes."""
        mask: Mask = self.has_other_mode | self.has_other_owner | self.has_other_xattrs | self.has_other_name
        return mask


def changes_of(case: Case, group: SupersededGroup) -> Changes:
    """Compare the rows of a group with those that hide them."""
    old = np.array(group.rows, dtype=np.int64)
    new = _rows_above(case, old, group.hidden_by)
    found = new >= 0
    below, above = case.index.scans[group.layer], case.index.scans[group.hidden_by]
    old_rows = old[found] - case.index.bounds[group.layer]
    new_rows = new[found] - case.index.bounds[group.hidden_by]
    other = {}
    for column in ("modes", "uids", "gids", "xattrs"):
        other[column] = np.zeros(len(old), dtype=np.bool_)
        other[column][found] = getattr(below, column)[old_rows] != getattr(above, column)[new_rows]
    return Changes(old, other["modes"], other["uids"] | other["gids"], other["xattrs"], ~found)


def _rows_above(case: Case, rows: Integers, layer: int) -> Integers:
    """For each row the last one of a layer at the same path, -1 where there is none."""
    start, end = int(case.index.bounds[layer]), int(case.index.bounds[layer + 1])
    nodes = case.index.nodes[start:end]
    order = np.argsort(nodes, kind="stable")
    wanted = case.index.nodes[rows]
    places = np.searchsorted(nodes[order], wanted, side="right") - 1
    found = (places >= 0) & (nodes[order[places]] == wanted) if len(nodes) else np.zeros(len(rows), dtype=np.bool_)
    return np.where(found, order[places] + start, -1) if len(nodes) else np.full(len(rows), -1, dtype=np.int64)
