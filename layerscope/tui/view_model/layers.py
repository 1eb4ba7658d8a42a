"""What the Layers screen says of each layer."""

import numpy as np
from msgspec import Struct

from layerscope.analysis import Analysis, LayerTotals
from layerscope.index.apply import LIVE
from layerscope.layers.columns import Integers
from layerscope.oci.instruction import clean_instruction, mask_secrets
from layerscope.units import human_bytes, safe_text

Facts = tuple[tuple[str, str], ...]


class LayerRow(Struct, frozen=True):
    """A layer in a line; `is_base` where the base image brought it."""

    position: int
    size_bytes: int
    superseded_bytes: int
    is_base: bool
    instruction: str
    raw: str
    facts: Facts


def layer_rows(analysis: Analysis, sizes: Integers) -> list[LayerRow]:
    """The layers from the bottom; `sizes` are of the index's rows."""
    index = analysis.index
    hidden = np.where(index.hidden_by == LIVE, 0, sizes)
    rows = []
    for total in analysis.layer_totals:
        position = total.layer.position
        span = slice(int(index.bounds[position]), int(index.bounds[position + 1]))
        created_by = total.layer.history.created_by if total.layer.history else None
        rows.append(
            LayerRow(
                position,
                int(sizes[span].sum()),
                int(hidden[span].sum()),
                position < analysis.base.count,
                safe_text(clean_instruction(created_by)) if created_by else "(no history)",
                safe_text(mask_secrets(created_by)) if created_by else "(no history)",
                _facts(total),
            )
        )
    return rows


def _facts(total: LayerTotals) -> Facts:
    """What is known of a layer beside its instruction."""
    scan, layer = total.scan, total.layer
    facts = [
        ("stored", human_bytes(total.content_bytes)),
        ("superseded", human_bytes(total.superseded_bytes)),
        ("tar", human_bytes(scan.tar_bytes)),
        ("blob", f"{human_bytes(total.compressed_bytes)} {scan.compression}" if total.compressed_bytes else "-"),
        ("entries", f"{len(scan):,}"),
        ("diff ID", str(layer.diff_id)),
        ("digest", str(layer.digest) if layer.digest else "-"),
        ("verified", "yes" if total.is_verified else "not read as a whole"),
    ]
    if scan.damage:
        facts.append(("damage", safe_text(scan.damage)))
    return tuple(facts)
