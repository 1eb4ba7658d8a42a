"""The analysis as pandas frames, for notebooks and further questions."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from layerscope.index.apply import LIVE
from layerscope.index.cause import Cause
from layerscope.index.owners import UNOWNED
from layerscope.layers.entry import Kind
from layerscope.oci.instruction import clean_instruction
from layerscope.units import safe_text

if TYPE_CHECKING:
    from layerscope.analysis import Analysis


def files_frame(analysis: "Analysis") -> pd.DataFrame:
    """One row for each entry: path, layer, kind, size_bytes, category, package, live, hidden_by, cause, transfer_bytes.

    `hidden_by` is the position of the layer that hides the bytes, missing for live ones. `transfer_bytes` is the
    entry's share of what a pull fetches, missing where nothing is known of that.
    """
    index = analysis.index
    names = [safe_text(path) for path in index.tree.paths]
    packages = [f"{package.manager}:{package.name}" for package in analysis.owners.packages]
    owners = analysis.owners.of_rows
    return pd.DataFrame(
        {
            "path": pd.Categorical.from_codes(index.nodes, pd.Index(_distinct(names))),
            "layer": index.layers,
            "kind": pd.Categorical.from_codes(index.kinds, pd.Index([kind.name.lower() for kind in Kind])),
            "size_bytes": index.sizes,
            "category": pd.Categorical.from_codes(
                analysis.classification.of_rows,
                pd.Index([detector.id for detector in analysis.classification.detectors]),
            ),
            "package": pd.Categorical.from_codes(
                np.where(owners == UNOWNED, -1, _codes(packages)[owners] if packages else -1),
                pd.Index(sorted(set(packages))),
            ),
            "live": index.hidden_by == LIVE,
            "hidden_by": pd.Series(index.hidden_by, dtype="Int32").mask(index.hidden_by == LIVE),
            "cause": pd.Categorical.from_codes(index.causes, pd.Index([cause.id for cause in Cause])),
            "transfer_bytes": pd.Series(
                [pd.NA] * len(index) if analysis.transfer.of_rows is None else analysis.transfer.of_rows, dtype="Int64"
            ),
        }
    )


def findings_frame(analysis: "Analysis") -> pd.DataFrame:
    """One row for each finding, the most reclaimable bytes first."""
    return pd.DataFrame(
        [
            {
                "id": finding.rule.id,
                "subject": finding.subject,
                "reclaimable_bytes": finding.reclaimable_bytes,
                "claimed_bytes": finding.claimed_bytes,
                "files": len(finding.rows),
                "layers": finding.layers,
                "who_can_fix": finding.who_can_fix,
                "confidence": finding.confidence.value,
                "fix": finding.fix,
            }
            for finding in analysis.findings
        ]
    )


def layers_frame(analysis: "Analysis") -> pd.DataFrame:
    """One row for each layer, from the bottom."""
    return pd.DataFrame(
        [
            {
                "position": total.layer.position,
                "diff_id": str(total.layer.diff_id),
                "entries": len(total.scan),
                "content_bytes": total.content_bytes,
                "superseded_bytes": total.superseded_bytes,
                "uncompressed_bytes": total.scan.tar_bytes,
                "compressed_bytes": total.compressed_bytes,
                "instruction": clean_instruction(total.layer.history.created_by) if total.layer.history else None,
            }
            for total in analysis.layer_totals
        ]
    )


def packages_frame(analysis: "Analysis") -> pd.DataFrame:
    """One row for each package that has files, the biggest first."""
    return pd.DataFrame(
        [
            {
                "manager": total.package.manager,
                "name": total.package.name,
                "version": total.package.version,
                "files": total.files,
                "stored_bytes": total.stored_bytes,
                "live_bytes": total.live_bytes,
                "layers": total.layers,
            }
            for total in analysis.package_totals
        ]
    )


def _distinct(names: list[str]) -> list[str]:
    """Names as categories must be distinct; what only looks alike after escaping gets its node's number."""
    seen: set[str] = set()
    distinct = []
    for number, name in enumerate(names):
        chosen = name if name not in seen else f"{name} #{number}"
        seen.add(chosen)
        distinct.append(chosen)
    return distinct


def _codes(names: list[str]) -> np.ndarray:
    known = {name: code for code, name in enumerate(sorted(set(names)))}
    return np.array([known[name] for name in names], dtype=np.int64)
